import type { RunKind } from "../../domain/messages/names.ts";
import { type CostRatio, costRatios } from "../../domain/runs/cost-ratios.ts";
import type { Pooled } from "../../domain/runs/learned.ts";
import { CODE_VERSION, configHash, type RunManifest } from "../../domain/runs/manifest.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";
import { overridesAt } from "../overrides/read-overrides.ts";
import { getJson, resultKey } from "./run-record.ts";

/** Where a run keeps what it computes from beside the SKUs' own inputs. */
export function manifestKey(runId: string): string {
  return `runs/${runId}/run.json`;
}

export function readManifest(ctx: Pick<ServiceContext, "lake">, runId: string): Promise<RunManifest> {
  return getJson<RunManifest>(ctx.lake, manifestKey(runId));
}

/** Gathers what a run of this kind shares among its SKUs, as it is now. */
export async function gatherManifest(
  ctx: ServiceContext,
  run: { runId: string; kind: RunKind; asOf: number; seed: number; skus: number; settings: Settings },
  shards: readonly (readonly string[])[],
): Promise<RunManifest> {
  const { kind, asOf, settings } = run;
  return {
    ...run,
    codeVersion: CODE_VERSION,
    configHash: configHash(settings),
    previous: kind === "elasticity" ? await previousPool(ctx, asOf, shards) : null,
    overrides: kind === "proposals" ? await overridesAt(ctx.d1, asOf) : [],
    costRatios: kind === "proposals" ? await usualCosts(ctx.d1) : {},
  };
}

/** What the newest elasticity run of the whole catalogue before `asOf` learned; null before the first. */
export async function previousPool(
  ctx: ServiceContext,
  asOf: number,
  shards: readonly (readonly string[])[],
): Promise<RunManifest["previous"]> {
  const last = await ctx.d1
    .prepare(
      `SELECT id FROM runs WHERE kind = 'elasticity' AND status IN ('done', 'partial') AND dry_run = 0 AND as_of <= ?1
         AND scope = '{}' AND decision_hash IS NOT NULL ORDER BY as_of DESC, id DESC LIMIT 1`,
    )
    .bind(asOf)
    .first<{ id: string }>();
  if (!last) return null;
  const object = await ctx.lake.get(resultKey(last.id, "pool", 0));
  if (!object) return null;
  const { daily, weekly } = await object.json<Pooled>();
  return { runId: last.id, pooled: { daily, weekly }, shards: await shardsBefore(ctx.d1, last.id, shards) };
}

/** For each shard, those of an earlier run that had its SKUs. */
async function shardsBefore(
  d1: D1Database,
  runId: string,
  shards: readonly (readonly string[])[],
): Promise<number[][]> {
  const { results } = await d1
    .prepare(
      "SELECT shard, skus FROM run_shards WHERE run_id = ?1 AND phase = 0 AND status = 'done' ORDER BY shard",
    )
    .bind(runId)
    .all<{ shard: number; skus: string }>();
  const shardOf = new Map<string, number>();
  for (const { shard, skus } of results)
    for (const sku of JSON.parse(skus) as string[]) shardOf.set(sku, shard);
  return shards.map((skus) => {
    const before = new Set(skus.flatMap((sku) => shardOf.get(sku) ?? []));
    return [...before].sort((a, b) => a - b);
  });
}

async function usualCosts(d1: D1Database): Promise<Record<string, CostRatio>> {
  const { results } = await d1
    .prepare(
      `SELECT category, unit_cost AS unitCost, base_price AS basePrice FROM products
       WHERE status = 'active' AND unit_cost IS NOT NULL ORDER BY sku`,
    )
    .all<{ category: string; unitCost: number; basePrice: number }>();
  return costRatios(results);
}
