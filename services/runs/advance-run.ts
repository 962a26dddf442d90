import { and, asc, eq, inArray, isNull, notExists, type SQL, sql } from "drizzle-orm";
import { events, runShards, runs } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { phaseOf, RESEND_AFTER_MS, RUN_SHARD_TRIES, TRY_MS_MAX } from "../../domain/runs/phases.ts";
import type { ServiceContext } from "../context.ts";
import { type RunRecord, readRun } from "./run-record.ts";

/** Whether a shard of the run's phase waits. */
export function anyWaiting(
  { db }: Pick<ServiceContext, "db">,
  { id, phase }: Pick<RunRecord, "id" | "phase">,
) {
  return db
    .select({ one: sql`1` })
    .from(runShards)
    .where(and(eq(runShards.runId, id), eq(runShards.phase, phase), eq(runShards.status, "waiting")))
    .limit(1);
}

/**
 * Moves a run on if no shard of its phase is left. If several consumers find that, one of them changes the row; the
 * next phase's shards go into the same batch, so that a crash leaves no run between two phases.
 */
export async function advanceRun(ctx: ServiceContext, run: RunRecord): Promise<RunShardMessage[]> {
  const next = phaseOf(run.kind, run.phase + 1);
  if (!next) {
    await finishRun(ctx, run);
    return [];
  }
  const move = ctx.db
    .update(runs)
    .set({ phase: run.phase + 1 })
    .where(hasEnded(ctx, run));
  const plan = sql`
    INSERT INTO run_shards (run_id, phase, shard, status, attempts, sends, sent_at)
    SELECT run_id, ${run.phase + 1}, shard,
      CASE WHEN ${next.shards} = 'skus' AND status = 'failed' THEN 'failed' ELSE 'waiting' END, 0, 1, ${ctx.now}
    FROM run_shards WHERE run_id = ${run.id} AND phase = 0 AND (${next.shards} = 'skus' OR shard = 0)
      AND (SELECT phase FROM runs WHERE id = ${run.id}) = ${run.phase + 1}
    ON CONFLICT DO NOTHING`;
  const [moved] = await ctx.d1.batch([prepare(ctx.d1, move), prepare(ctx.d1, plan)]);
  if (!moved?.meta.changes) return [];
  const waiting = await waitingShards(ctx, run.id, run.phase + 1);
  // if every shard of the next phase has failed already, no consumer would find that the phase has ended
  return waiting.length > 0 ? waiting : advanceRun(ctx, { ...run, phase: run.phase + 1 });
}

/** Condition on `runs`: the run is in this phase, and none of the phase's shards waits. */
function hasEnded(ctx: ServiceContext, { id, phase }: Pick<RunRecord, "id" | "phase">) {
  const waiting = anyWaiting(ctx, { id, phase });
  return and(eq(runs.id, id), eq(runs.phase, phase), isNull(runs.finishedAt), notExists(waiting));
}

/** Wake-ups for the shards of a phase that still wait. */
async function waitingShards(
  { db }: ServiceContext,
  runId: string,
  phase: number,
): Promise<RunShardMessage[]> {
  const rows = await db
    .select({ shard: runShards.shard })
    .from(runShards)
    .where(and(eq(runShards.runId, runId), eq(runShards.phase, phase), eq(runShards.status, "waiting")))
    .orderBy(asc(runShards.shard));
  return rows.map(({ shard }) => ({ type: "run", runId, phase, shard }));
}

/** Ends a run: `done`, `partial` with the failed shards named, or `failed` when no shard of some phase succeeded. */
async function finishRun(ctx: ServiceContext, run: RunRecord): Promise<void> {
  if ((await ctx.db.$count(runs, hasEnded(ctx, run))) === 0) return;
  const ofRun = sql`FROM run_shards WHERE run_id = ${run.id}`;
  const failures: SQL<unknown[]> =
    sql`(SELECT coalesce(json_group_array(json_object('phase', phase, 'shard', shard,
    'error', error)), '[]') ${ofRun} AND status = 'failed')`;
  const status: SQL<RunRecord["status"]> = sql`CASE
    WHEN NOT EXISTS (SELECT 1 ${ofRun} AND status = 'failed') THEN 'done'
    WHEN EXISTS (SELECT 1 ${ofRun} GROUP BY phase HAVING sum(status = 'done') = 0) THEN 'failed'
    ELSE 'partial' END`;
  const told = ctx.db
    .select({
      ...{ seq: sql<number>`NULL`.as("seq"), type: sql<"run.finished">`'run.finished'`.as("type") },
      ...{ at: sql<number>`${ctx.now}`.as("at"), sku: sql<string>`NULL`.as("sku") },
      subject: sql<string>`${runs.id}`.as("subject"),
      data: sql<
        Record<string, unknown>
      >`json_object('id', ${runs.id}, 'kind', ${runs.kind}, 'status', ${status},
        'dryRun', json(iif(${runs.dryRun}, 'true', 'false')), 'failures', json(${failures}))`.as("data"),
      earlier: sql<null>`NULL`.as("earlier"),
    })
    .from(runs)
    .where(hasEnded(ctx, run));
  const finish = ctx.db.update(runs).set({ finishedAt: ctx.now, failures, status }).where(hasEnded(ctx, run));
  await ctx.d1.batch([prepare(ctx.d1, ctx.db.insert(events).select(told)), prepare(ctx.d1, finish)]);
}

const RESEND_MAX = 200;

/** The pause between two sendings doubles so often at most: up to half an hour. */
const DOUBLINGS_MAX = 5;

/**
 * The safety net of the minute tick: wake-ups that were lost are sent again a minute after the last time (twice as long
 * after each), unless the run's shards are still being begun: then its queue is only long. A shard whose tries are used up
 * fails, and a run whose phase has ended is moved on.
 */
export async function resendStuckRuns(ctx: ServiceContext): Promise<RunShardMessage[]> {
  const { d1, now } = ctx;
  const ofRunning = sql`run_id IN (SELECT id FROM runs WHERE status IN ('queued', 'running'))`;
  const isIdle = sql`coalesce(started_at, 0) <= ${now - TRY_MS_MAX}`;
  const moving = sql`SELECT run_id FROM run_shards WHERE ${ofRunning} AND started_at > ${now - RESEND_AFTER_MS}`;
  const stuck = sql`${ofRunning} AND status = 'waiting' AND ${isIdle} AND run_id NOT IN (${moving})
    AND sent_at + ${RESEND_AFTER_MS} * (1 << min(sends - 1, ${DOUBLINGS_MAX})) <= ${now}`;
  const [, again] = await d1.batch<{ runId: string; phase: number; shard: number }>([
    prepare(
      d1,
      sql`UPDATE run_shards SET status = 'failed', error = coalesce(error, 'no answer')
        WHERE ${ofRunning} AND status = 'waiting' AND attempts >= ${RUN_SHARD_TRIES} AND ${isIdle}`,
    ),
    prepare(
      d1,
      sql`UPDATE run_shards SET sends = sends + 1, sent_at = ${now} WHERE (run_id, phase, shard) IN (
          SELECT run_id, phase, shard FROM run_shards WHERE ${stuck} LIMIT ${RESEND_MAX})
        RETURNING run_id AS runId, phase, shard`,
    ),
  ]);
  const wake: RunShardMessage[] = (again?.results ?? []).map((row) => ({ type: "run", ...row }));
  return [...wake, ...(await advanceEnded(ctx))];
}

async function advanceEnded(ctx: ServiceContext): Promise<RunShardMessage[]> {
  const waiting = ctx.db
    .select({ one: sql`1` })
    .from(runShards)
    .where(
      and(eq(runShards.runId, runs.id), eq(runShards.phase, runs.phase), eq(runShards.status, "waiting")),
    );
  const ended = await ctx.db
    .select({ id: runs.id })
    .from(runs)
    .where(and(inArray(runs.status, ["queued", "running"]), notExists(waiting)));
  const wake: RunShardMessage[] = [];
  for (const { id } of ended) {
    const run = await readRun(ctx.db, id);
    if (run) wake.push(...(await advanceRun(ctx, run)));
  }
  return wake;
}
