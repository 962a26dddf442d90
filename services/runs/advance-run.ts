import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { decisionHash } from "../../domain/pricing/decision/decision.ts";
import { phaseOf } from "../../domain/runs/phases.ts";
import type { SkuDigest } from "../../domain/runs/recompute.ts";
import type { ServiceContext } from "../context.ts";
import { doneShards, getJson, type RunRecord, resultKey } from "./run-record.ts";

/**
 * Moves a run on if no shard of its phase is left. Of several consumers that find so, one changes the row; the next
 * phase's shards go into the same batch, so that a crash leaves no run between two phases.
 */
export async function advanceRun(ctx: ServiceContext, run: RunRecord): Promise<RunShardMessage[]> {
  const next = phaseOf(run.kind, run.phase + 1);
  const nobodyLeft =
    "NOT EXISTS (SELECT 1 FROM run_shards WHERE run_id = ?1 AND phase = ?2 AND status = 'waiting')";
  if (!next) {
    await finishRun(ctx, run, nobodyLeft);
    return [];
  }
  const move = ctx.d1
    .prepare(
      `UPDATE runs SET phase = phase + 1 WHERE id = ?1 AND phase = ?2 AND finished_at IS NULL AND ${nobodyLeft}`,
    )
    .bind(run.id, run.phase);
  const which = next.shards === "whole" ? "shard = 0" : "true";
  const plan = ctx.d1
    .prepare(
      `INSERT INTO run_shards (run_id, phase, shard, status, attempts, sent_at)
       SELECT run_id, ?2 + 1, shard, CASE WHEN ?4 = 'skus' AND status = 'failed' THEN 'failed' ELSE 'waiting' END, 1, ?3
       FROM run_shards WHERE run_id = ?1 AND phase = 0 AND ${which}
         AND (SELECT phase FROM runs WHERE id = ?1) = ?2 + 1
       ON CONFLICT DO NOTHING`,
    )
    .bind(run.id, run.phase, ctx.now, next.shards);
  const [moved] = await ctx.d1.batch([move, plan]);
  if (!moved?.meta.changes) return [];
  const waiting = await waitingShards(ctx.d1, run.id, run.phase + 1);
  // every shard of the next phase failed in the one before: nobody else would find that it has ended
  return waiting.length > 0 ? waiting : advanceRun(ctx, { ...run, phase: run.phase + 1 });
}

/** Wake-ups for the shards of a phase that still wait. */
async function waitingShards(d1: D1Database, runId: string, phase: number): Promise<RunShardMessage[]> {
  const { results } = await d1
    .prepare(
      "SELECT shard FROM run_shards WHERE run_id = ?1 AND phase = ?2 AND status = 'waiting' ORDER BY shard",
    )
    .bind(runId, phase)
    .all<{ shard: number }>();
  return results.map(({ shard }) => ({ type: "run", runId, phase, shard }));
}

/** One hash for what an elasticity run learned; a run of proposals has got its own when they were collected. */
async function learnedHash(ctx: ServiceContext, run: RunRecord): Promise<string | null> {
  if (run.kind !== "elasticity") return null;
  const digests: SkuDigest[] = [];
  for (const shard of await doneShards(ctx, run.id, run.phase))
    digests.push(...(await getJson<SkuDigest[]>(ctx.lake, resultKey(run.id, "decisions", shard))));
  return digests.length === 0 ? null : decisionHash(digests);
}

/** `done`, `partial` with the failed shards named, or `failed` when in some phase none succeeded. */
async function finishRun(ctx: ServiceContext, run: RunRecord, nobodyLeft: string): Promise<void> {
  const failures = `(SELECT coalesce(json_group_array(json_object('phase', phase, 'shard', shard, 'error', error)), '[]')
    FROM run_shards WHERE run_id = ?1 AND status = 'failed')`;
  const isLeft = "SELECT 1 FROM run_shards WHERE run_id = ?1 AND phase = ?2 AND status = 'waiting' LIMIT 1";
  if (await ctx.d1.prepare(isLeft).bind(run.id, run.phase).first()) return;
  const hash = await learnedHash(ctx, run);
  await ctx.d1
    .prepare(
      `UPDATE runs SET finished_at = ?3, decision_hash = coalesce(?4, decision_hash), failures = ${failures}, status = CASE
         WHEN NOT EXISTS (SELECT 1 FROM run_shards WHERE run_id = ?1 AND status = 'failed') THEN 'done'
         WHEN EXISTS (SELECT 1 FROM run_shards WHERE run_id = ?1 GROUP BY phase HAVING sum(status = 'done') = 0)
           THEN 'failed'
         ELSE 'partial' END
       WHERE id = ?1 AND phase = ?2 AND finished_at IS NULL AND ${nobodyLeft}`,
    )
    .bind(run.id, run.phase, ctx.now, hash)
    .run();
}
