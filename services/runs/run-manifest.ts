import { type CostRatio, costRatios } from "../../domain/runs/cost-ratios.ts";
import type { Pooled } from "../../domain/runs/elasticity-run.ts";
import { CODE_VERSION, configHash, type PreviousPool, type RunManifest } from "../../domain/runs/manifest.ts";
import type { RunKind } from "../../domain/runs/phases.ts";
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
): Promise<RunManifest> {
  const { kind, asOf, settings } = run;
  return {
    ...run,
    codeVersion: CODE_VERSION,
    configHash: configHash(settings),
    previous: kind === "elasticity" ? await previousPool(ctx, asOf) : null,
    overrides: kind === "proposals" ? await overridesAt(ctx.d1, asOf) : [],
    costRatios: kind === "proposals" ? await usualCosts(ctx.d1) : {},
  };
}

/** What the newest elasticity run of the whole catalogue before `asOf` learned; null before the first. */
async function previousPool(
  ctx: ServiceContext,
  asOf: number,
): Promise<{ runId: string; pooled: PreviousPool } | null> {
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
  return { runId: last.id, pooled: { daily, weekly } };
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
