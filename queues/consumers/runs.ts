import type { Env } from "../../db/env.ts";
import { SECOND_MS } from "../../domain/base/time.ts";
import { failureKind } from "../../domain/delivery/failure.ts";
import { isOfNewerRelease, RunShardMessage } from "../../domain/messages/queue.ts";
import { historiesFrom, portsOf } from "../../durable/ports.ts";
import { runProgress } from "../../durable/stubs.ts";
import { type ServiceContext, serviceContext, systemActor } from "../../services/context.ts";
import { drainOutbox } from "../../services/operate/drain-outbox.ts";
import { dispatchEvents } from "../../services/outgoing/dispatch.ts";
import { sendRunShards } from "../../services/queues.ts";
import { proposalNews } from "../../services/runs/proposal-news.ts";
import { reportRun } from "../../services/runs/report-run.ts";
import { failShard, runShard, undoTry } from "../../services/runs/run-shard.ts";
import { giveBack, parkMessage, waitForRelease } from "../settle.ts";

/** Run shards one by one: each commits for itself. */
export async function consumeRuns(batch: MessageBatch, env: Env, ctx: ExecutionContext): Promise<void> {
  for (const message of batch.messages) {
    if (isOfNewerRelease(message.body)) {
      await waitForRelease(env, message);
      continue;
    }
    const body = RunShardMessage.safeParse(message.body);
    if (!body.success) {
      await parkMessage(env, message, "not a message of this queue", Date.now());
      continue;
    }
    try {
      await consumeRunShard(env, body.data, ctx);
      message.ack();
    } catch (error) {
      // a shard that fails by itself has its failure in D1: what comes here is not the message's fault
      const failed = { failure: error, isShared: true };
      await giveBack(env, message, failed, { event: "run_shard.failed", ...body.data });
    }
  }
}

/**
 * Computes one shard of one phase of a run and wakes the next phase. A shard that fails is not retried by the queue:
 * its row in D1 waits, and the minute tick sends it again with backoff until it is out of tries. A fault that passes is no
 * try: the queue brings the message again.
 */
async function consumeRunShard(env: Env, message: RunShardMessage, ctx: ExecutionContext): Promise<void> {
  const context = serviceContext(env, systemActor("run"));
  try {
    const reach = { readHistories: historiesFrom(env), ports: portsOf(env) };
    const wake = await runShard(context, message, reach);
    if (wake === null) {
      if (isProgressDue(message.runId)) ctx.waitUntil(publishProgress(env, message.runId));
      return;
    }
    await sendRunShards(env, wake);
    ctx.waitUntil(publishProposals(env, context, message.runId));
    ctx.waitUntil(drainOutbox(env.DB, portsOf(env), Date.now()));
    ctx.waitUntil(dispatchEvents(env.DB, portsOf(env).couriers, Date.now()));
  } catch (error) {
    console.error({ event: "run_shard.failed", ...message, error: String(error) });
    if (failureKind(error) === "transient") {
      await undoTry(context, message);
      throw error;
    }
    await sendRunShards(env, await failShard(context, message, error));
  }
  ctx.waitUntil(publishProgress(env, message.runId));
}

/** Progress within a phase is told at most so often, ms: a night has hundreds of shards. */
const PROGRESS_EVERY_MS = SECOND_MS / 2;
/** Which run's progress this isolate told last, and when. */
let told = { runId: "", at: 0 };

function isProgressDue(runId: string): boolean {
  const now = Date.now();
  if (told.runId === runId && now - told.at < PROGRESS_EVERY_MS && now >= told.at) return false;
  told = { runId, at: now };
  return true;
}

/** Best effort: whoever misses a frame reads the list. */
async function publishProposals(env: Env, context: ServiceContext, runId: string): Promise<void> {
  try {
    await portsOf(env).live.publish(await proposalNews(context, runId));
  } catch (error) {
    console.warn({ event: "live.proposals_not_read", error: String(error) });
  }
}

/**
 * Reports how far the run is, and publishes what its progress object then knows: shards end side by side, and a
 * report that comes late must not set the progress bar back. Both may be lost without harm.
 */
async function publishProgress(env: Env, runId: string): Promise<void> {
  const report = await reportRun(serviceContext(env, systemActor("run")), runId);
  if (!report) return;
  const { run, phase, shards } = report;
  const newest = await runProgress(env, runId).report({
    ...{ status: run.status, phase: run.phase, phaseName: phase, shards, at: Date.now() },
  });
  await portsOf(env).live.publish([
    {
      ...{ type: "run", id: runId, kind: run.kind, status: newest.status, phase: newest.phaseName },
      shards: newest.shards,
    },
  ]);
}
