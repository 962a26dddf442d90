import { jsonRows } from "../../db/bulk.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { RunKind } from "../../domain/messages/names.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { planShards, RUN_SHARD_SKUS } from "../../domain/runs/phases.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";
import { gatherManifest, manifestKey } from "./run-manifest.ts";
import { putJson } from "./run-record.ts";

export interface RunScope {
  skus?: string[] | undefined;
  category?: string | undefined;
  brand?: string | undefined;
}

export interface RunRequest {
  kind: RunKind;
  scope?: RunScope | undefined;
  /** ms; the run sees only what was observed at or before it */
  asOf?: number | undefined;
  dryRun?: boolean | undefined;
  /** shard object of a SKU: decides only how SKUs are grouped */
  objectOf(sku: string): number;
}

export interface StartedRun {
  runId: string;
  /** wake-ups for the first phase; the caller sends them after this commit */
  wake: RunShardMessage[];
}

/**
 * Writes a run with the shards of its first phase. Settings, clock, seed and what the SKUs share are fixed here, so that
 * every later step computes from the same.
 *
 * @throws ProblemError invalid when the scope names an unknown or inactive SKU, or `asOf` is in the future
 */
export async function startRun(ctx: ServiceContext, request: RunRequest): Promise<StartedRun> {
  const scope = request.scope ?? {};
  if (request.asOf !== undefined && request.asOf > ctx.now)
    throw new ProblemError("invalid", "asOf is in the future", {
      errors: [{ path: "asOf", code: "future_time", message: "asOf is in the future" }],
    });
  const skus = await skusInScope(ctx, scope);
  const { settings } = await readSettings(ctx.d1);
  const runId = ctx.newId("run");
  const shards = planShards(skus, request.objectOf, RUN_SHARD_SKUS);
  const empty = shards.length === 0;
  const asOf = request.asOf ?? ctx.now;
  const seed = 1;
  const manifest = await gatherManifest(
    ctx,
    { runId, kind: request.kind, asOf, seed, skus: skus.length, settings },
    shards,
  );
  await putJson(ctx.lake, manifestKey(runId), manifest);
  const run = ctx.d1
    .prepare(
      `INSERT INTO runs (id, kind, status, phase, scope, as_of, dry_run, seed, settings, counts, failures, actor,
         created_at, finished_at) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, '[]', ?10, ?11, ?12)`,
    )
    .bind(
      ...[runId, request.kind, empty ? "done" : "queued", JSON.stringify(scope), asOf],
      ...[request.dryRun ? 1 : 0, seed, JSON.stringify(settings), JSON.stringify({ skus: skus.length })],
      ...[actorLabel(ctx.actor), ctx.now, empty ? ctx.now : null],
    );
  const rows = shards.map((skusOfShard, shard) => [shard, JSON.stringify(skusOfShard)]);
  const plan = ctx.d1
    .prepare(
      `INSERT INTO run_shards (run_id, phase, shard, skus, status, attempts, sent_at)
       SELECT ?2, 0, value ->> 0, value ->> 1, 'waiting', 1, ?3 FROM json_each(?1)`,
    )
    .bind(jsonRows(rows), runId, ctx.now);
  await ctx.d1.batch([run, plan]);
  return { runId, wake: shards.map((_, shard) => ({ type: "run", runId, phase: 0, shard })) };
}

async function skusInScope(ctx: ServiceContext, scope: RunScope): Promise<string[]> {
  const { results } = await ctx.d1
    .prepare(
      `SELECT sku FROM products
       WHERE status = 'active' AND (?1 IS NULL OR category = ?1) AND (?2 IS NULL OR brand = ?2)
         AND (?3 IS NULL OR sku IN (SELECT value FROM json_each(?3)))`,
    )
    .bind(scope.category ?? null, scope.brand ?? null, scope.skus ? JSON.stringify(scope.skus) : null)
    .all<{ sku: string }>();
  const found = new Set(results.map(({ sku }) => sku));
  const unknown = scope.skus?.find((sku) => !found.has(sku));
  if (unknown !== undefined)
    throw new ProblemError("invalid", `no active product ${unknown}`, {
      errors: [{ path: "scope.skus", code: "unknown_sku", message: `no active product ${unknown}` }],
    });
  return [...found];
}
