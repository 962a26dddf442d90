import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { RESEND_AFTER_MS, RUN_SHARD_TRIES } from "../../domain/runs/phases.ts";
import type { ServiceContext } from "../context.ts";
import { advanceRun } from "./advance-run.ts";
import { readRun } from "./run-record.ts";

const RESEND_MAX = 200;

/**
 * The safety net of the minute tick: shards not finished a minute after they were last sent (twice as long after each
 * try) are sent again, those out of tries fail, and a run whose phase has ended is moved on.
 */
export async function resendStuckRuns(ctx: ServiceContext): Promise<RunShardMessage[]> {
  const due = "status = 'waiting' AND sent_at + ?2 * (1 << (attempts - 1)) <= ?1";
  const open = "run_id IN (SELECT id FROM runs WHERE status IN ('queued', 'running'))";
  const [, again] = await ctx.d1.batch<{ runId: string; phase: number; shard: number }>([
    ctx.d1
      .prepare(
        `UPDATE run_shards SET status = 'failed', error = coalesce(error, 'no answer') WHERE ${open} AND ${due} AND attempts >= ?3`,
      )
      .bind(ctx.now, RESEND_AFTER_MS, RUN_SHARD_TRIES),
    ctx.d1
      .prepare(
        `UPDATE run_shards SET attempts = attempts + 1, sent_at = ?1
         WHERE (run_id, phase, shard) IN (SELECT run_id, phase, shard FROM run_shards WHERE ${open} AND ${due} LIMIT ?3)
         RETURNING run_id AS runId, phase, shard`,
      )
      .bind(ctx.now, RESEND_AFTER_MS, RESEND_MAX),
  ]);
  const wake: RunShardMessage[] = (again?.results ?? []).map((row) => ({ type: "run", ...row }));
  return [...wake, ...(await advanceEnded(ctx))];
}

async function advanceEnded(ctx: ServiceContext): Promise<RunShardMessage[]> {
  const { results } = await ctx.d1
    .prepare(
      `SELECT id FROM runs WHERE status IN ('queued', 'running') AND NOT EXISTS (
         SELECT 1 FROM run_shards s WHERE s.run_id = runs.id AND s.phase = runs.phase AND s.status = 'waiting')`,
    )
    .all<{ id: string }>();
  const wake: RunShardMessage[] = [];
  for (const { id } of results) {
    const run = await readRun(ctx.db, id);
    if (run) wake.push(...(await advanceRun(ctx, run)));
  }
  return wake;
}
