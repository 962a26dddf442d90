import { and, eq } from "drizzle-orm";
import { runShards } from "../../db/schema.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { phaseOf, RUN_SHARD_TRIES } from "../../domain/runs/phases.ts";
import type { ServiceContext } from "../context.ts";
import { advanceRun } from "./advance-run.ts";
import { filterShard, finishShard, poolRun } from "./elasticity.ts";
import { DECISION_DAYS, readFeatures } from "./features.ts";
import { collectDecisions, proposeShard } from "./propose.ts";
import { putSnapshots, readRun } from "./run-record.ts";
import type { ReadHistories, ShardJob, ShardResult } from "./shard-job.ts";

const COMPUTE = {
  snapshot: async (ctx: ServiceContext, job: ShardJob): Promise<ShardResult> => {
    const readings = await readFeatures(ctx, job, DECISION_DAYS);
    await putSnapshots(ctx.lake, job.run.id, job.shard, readings);
    return { statements: [], counts: { skus: readings.length } };
  },
  filter: filterShard,
  pool: poolRun,
  finish: finishShard,
  propose: proposeShard,
  collect: collectDecisions,
} as const;

/**
 * Computes one shard if it still waits, commits its results with its own row, and moves the run on if it was the last.
 * Answers the wake-ups of the next phase, for the caller to send.
 *
 * @throws whatever made the shard fail; the delivery tries again, `failShard` ends it
 */
export async function runShard(
  ctx: ServiceContext,
  message: RunShardMessage,
  readHistories: ReadHistories,
): Promise<RunShardMessage[]> {
  const run = await readRun(ctx.db, message.runId);
  if (!run || run.finishedAt !== null) return [];
  const phase = phaseOf(run.kind, message.phase);
  if (!phase || run.phase !== message.phase) return [];
  const [row] = await ctx.db.select().from(runShards).where(isShard(message));
  if (row?.status === "waiting") {
    const skus = await skusOfShard(ctx, message);
    const job: ShardJob = { run, shard: message.shard, skus, readHistories };
    const result = await COMPUTE[phase.name as keyof typeof COMPUTE](ctx, job);
    await ctx.d1.batch([...result.statements, ...doneStatements(ctx, message, result)]);
  }
  return advanceRun(ctx, run);
}

function isShard(message: RunShardMessage) {
  return and(
    eq(runShards.runId, message.runId),
    eq(runShards.phase, message.phase),
    eq(runShards.shard, message.shard),
  );
}

/** The plan is kept once, with the first phase. */
async function skusOfShard(ctx: ServiceContext, message: RunShardMessage): Promise<string[]> {
  const [row] = await ctx.db
    .select({ skus: runShards.skus })
    .from(runShards)
    .where(isShard({ ...message, phase: 0 }));
  return row?.skus ?? [];
}

function doneStatements(
  ctx: ServiceContext,
  message: RunShardMessage,
  result: ShardResult,
): D1PreparedStatement[] {
  const done = ctx.d1
    .prepare(
      `UPDATE run_shards SET status = 'done', counts = ?4, error = NULL
       WHERE run_id = ?1 AND phase = ?2 AND shard = ?3 AND status = 'waiting'`,
    )
    .bind(message.runId, message.phase, message.shard, JSON.stringify(result.counts));
  const started = ctx.d1
    .prepare(
      "UPDATE runs SET status = 'running', started_at = coalesce(started_at, ?2) WHERE id = ?1 AND status = 'queued'",
    )
    .bind(message.runId, ctx.now);
  const whole = ctx.d1
    .prepare(
      "UPDATE runs SET counts = json_patch(counts, ?2), decision_hash = coalesce(?3, decision_hash) WHERE id = ?1",
    )
    .bind(message.runId, JSON.stringify(result.run?.counts ?? {}), result.run?.decisionHash ?? null);
  return result.run ? [done, started, whole] : [done, started];
}

/** Counts a failed try; after the last one the shard has failed and the run goes on without it. */
export async function failShard(
  ctx: ServiceContext,
  message: RunShardMessage,
  error: unknown,
): Promise<RunShardMessage[]> {
  const text = error instanceof Error ? error.message : String(error);
  await ctx.d1
    .prepare(
      `UPDATE run_shards SET error = ?4, status = CASE WHEN attempts >= ?5 THEN 'failed' ELSE status END
       WHERE run_id = ?1 AND phase = ?2 AND shard = ?3 AND status = 'waiting'`,
    )
    .bind(message.runId, message.phase, message.shard, text.slice(0, 500), RUN_SHARD_TRIES)
    .run();
  const run = await readRun(ctx.db, message.runId);
  return run && run.finishedAt === null ? advanceRun(ctx, run) : [];
}
