import { and, eq, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import { runShards, runs } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { type PhaseName, phaseOf, RUN_SHARD_TRIES, TRY_MS_MAX } from "../../domain/runs/phases.ts";
import { backtestShard, compareBacktest } from "../backtest/backtest-shard.ts";
import type { ServiceContext } from "../context.ts";
import { assessRun } from "../evaluation/assess.ts";
import { measureShard } from "../evaluation/measure.ts";
import { judgeModel } from "../models/judge-model.ts";
import { saveModelShard } from "../models/save-model.ts";
import { concludeRetention } from "../retention/conclude.ts";
import { retainPart } from "../retention/parts.ts";
import { reprojectShard } from "../shards/reproject.ts";
import { clearShard, moveShard, switchGeneration } from "../shards/reshard.ts";
import { anchorChains, reconcileShard, redeliver } from "../shards/restore.ts";
import { advanceRun, anyWaiting } from "./advance-run.ts";
import { collectDecisions } from "./collect.ts";
import { gatherDays } from "./days.ts";
import { filterShard } from "./filter.ts";
import { finishShard } from "./finish.ts";
import { identifyShard } from "./identify.ts";
import { poolRun } from "./pool.ts";
import { proposeShard } from "./propose.ts";
import { isShard, readRun, type ShardJob, type ShardResult } from "./run-record.ts";
import { snapshotShard } from "./snapshot.ts";

const COMPUTE = {
  snapshot: snapshotShard,
  filter: filterShard,
  days: gatherDays,
  identify: identifyShard,
  pool: poolRun,
  finish: finishShard,
  judge: judgeModel,
  save: saveModelShard,
  propose: proposeShard,
  collect: collectDecisions,
  archive: retainPart,
  conclude: concludeRetention,
  measure: measureShard,
  backtest: backtestShard,
  compare: compareBacktest,
  assess: assessRun,
  reproject: reprojectShard,
  reconcile: reconcileShard,
  redeliver,
  anchor: anchorChains,
  move: moveShard,
  switch: switchGeneration,
  clear: clearShard,
} as const satisfies Record<PhaseName, (ctx: ServiceContext, job: ShardJob) => Promise<ShardResult>>;

/**
 * Computes one shard if it still waits, commits its results with its own row, and moves the run on if it was the last.
 * Answers the wake-ups of the next phase, for the caller to send; null while other shards of the phase wait.
 *
 * @throws whatever made the shard fail; the delivery tries again, `failShard` ends it
 */
export async function runShard(
  ctx: ServiceContext,
  message: RunShardMessage,
  reach: Pick<ShardJob, "readHistories" | "ports">,
): Promise<RunShardMessage[] | null> {
  const run = await readRun(ctx.db, message.runId);
  if (!run || run.finishedAt !== null) return [];
  const phase = phaseOf(run.kind, message.phase);
  if (!phase || run.phase !== message.phase) return [];
  if (await beginTry(ctx, message)) {
    const skus = await skusOfShard(ctx, message);
    const job: ShardJob = { run, shard: message.shard, skus, ...reach };
    const result = await COMPUTE[phase.name](ctx, job);
    const others = prepare(ctx.d1, anyWaiting(ctx, run));
    const written = await ctx.d1.batch([
      ...result.statements,
      ...doneStatements(ctx, message, result),
      others,
    ]);
    if (written.at(-1)!.results.length > 0) return null;
  }
  return advanceRun(ctx, run);
}

/** Begins a try of a shard; false if it is done, somebody else computes it, or its tries are used up. */
async function beginTry({ db, now }: ServiceContext, message: RunShardMessage): Promise<boolean> {
  const isFree = or(isNull(runShards.startedAt), lte(runShards.startedAt, now - TRY_MS_MAX));
  const begun = await db
    .update(runShards)
    .set({ attempts: sql`${runShards.attempts} + 1`, startedAt: now })
    .where(
      and(
        ...[isShard(message), eq(runShards.status, "waiting"), isFree],
        lt(runShards.attempts, RUN_SHARD_TRIES),
      ),
    )
    .returning({ shard: runShards.shard });
  return begun.length > 0;
}

/** Takes a try back that ended for a reason that passes and is not the shard's: it does not count. */
export async function undoTry({ db }: ServiceContext, message: RunShardMessage): Promise<void> {
  await db
    .update(runShards)
    .set({ attempts: sql`${runShards.attempts} - 1`, startedAt: null })
    .where(and(isShard(message), eq(runShards.status, "waiting"), isNotNull(runShards.startedAt)));
}

/** The SKUs of a shard are stored once, with the first phase. */
async function skusOfShard(ctx: ServiceContext, message: RunShardMessage): Promise<string[]> {
  const [row] = await ctx.db
    .select({ skus: runShards.skus })
    .from(runShards)
    .where(isShard({ ...message, phase: 0 }));
  return row?.skus ?? [];
}

function doneStatements(
  { d1, db, now }: ServiceContext,
  message: RunShardMessage,
  { counts, run }: ShardResult,
): D1PreparedStatement[] {
  const done = db
    .update(runShards)
    .set({ status: "done", counts, error: null })
    .where(and(isShard(message), eq(runShards.status, "waiting")));
  const started = db
    .update(runs)
    .set({ status: "running", startedAt: sql`coalesce(${runs.startedAt}, ${now})` })
    .where(and(eq(runs.id, message.runId), eq(runs.status, "queued")));
  const whole =
    run &&
    db
      .update(runs)
      .set({
        counts: sql`json_patch(${runs.counts}, ${JSON.stringify(run.counts)})`,
        ...(run.decisionHash !== undefined && { decisionHash: run.decisionHash }),
      })
      .where(eq(runs.id, message.runId));
  return [done, started, ...(whole ? [whole] : [])].map((statement) => prepare(d1, statement));
}

const ERROR_LENGTH_MAX = 500;

/** Counts a failed try; after the last one the shard has failed and the run goes on without it. */
export async function failShard(
  ctx: ServiceContext,
  message: RunShardMessage,
  error: unknown,
): Promise<RunShardMessage[]> {
  const text = error instanceof Error ? error.message : String(error);
  const status = sql`CASE WHEN ${runShards.attempts} >= ${RUN_SHARD_TRIES} THEN 'failed' ELSE ${runShards.status} END`;
  await ctx.db
    .update(runShards)
    .set({ error: text.slice(0, ERROR_LENGTH_MAX), status, startedAt: null })
    .where(and(isShard(message), eq(runShards.status, "waiting")));
  const run = await readRun(ctx.db, message.runId);
  return run && run.finishedAt === null ? advanceRun(ctx, run) : [];
}
