import type { Env } from "../../db/env.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { liveFeed, runProgress, skuShard, skuShardIndex } from "../../durable/stubs.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { reportRun } from "../../services/runs/report-run.ts";
import { failShard, runShard } from "../../services/runs/run-shard.ts";
import type { ReadHistories } from "../../services/runs/run-record.ts";
import { drainOutbox } from "../drain-outbox.ts";
import { sendRunShards } from "../send.ts";

/** Objects asked for histories at the same time. */
const HISTORY_CALLS_MAX = 16;

/**
 * Computes one shard of one phase of a run and wakes the next phase. A shard that fails is not retried by the queue:
 * its row in D1 waits, and the minute tick sends it again with backoff until it is out of tries.
 */
export async function consumeRunShard(
  env: Env,
  message: RunShardMessage,
  ctx: ExecutionContext,
): Promise<void> {
  const context = serviceContext(env, systemActor("run"));
  try {
    await sendRunShards(env, await runShard(context, message, historiesFrom(env)));
    ctx.waitUntil(drainOutbox(env, Date.now()));
  } catch (error) {
    console.error(`run ${message.runId} phase ${message.phase} shard ${message.shard}:`, error);
    await sendRunShards(env, await failShard(context, message, error));
  }
  ctx.waitUntil(mirror(env, message.runId));
}

/** Reads histories from the shards that hold the SKUs, a few objects at a time. */
function historiesFrom(env: Env): ReadHistories {
  return async (skus, asOf) => {
    const calls = [...Map.groupBy(skus, (sku) => skuShardIndex(env, sku))];
    const answers: Awaited<ReturnType<ReadHistories>> = [];
    for (let start = 0; start < calls.length; start += HISTORY_CALLS_MAX) {
      const wave = calls.slice(start, start + HISTORY_CALLS_MAX);
      const parts = await Promise.all(
        wave.map(([index, group]) => skuShard(env, index).history(group, asOf)),
      );
      answers.push(...parts.flat());
    }
    return answers;
  };
}

/** The progress bar's mirror and its live frame; both may be lost without harm. */
async function mirror(env: Env, runId: string): Promise<void> {
  const report = await reportRun(serviceContext(env, systemActor("run")), runId);
  if (!report) return;
  const { run, phase, shards } = report;
  await runProgress(env, runId).report({ status: run.status, phase: run.phase, shards, at: Date.now() });
  await liveFeed(env).publish([
    { type: "run", id: runId, kind: run.kind, status: run.status, phase, shards },
  ]);
}
