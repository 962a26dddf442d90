import { and, asc, desc, eq, inArray, isNotNull, lt, lte, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { evaluations, products, runs } from "../../db/schema.ts";
import type { RunKind } from "../../domain/messages/names.ts";
import { type CostRatio, costRatios } from "../../domain/runs/cost-ratios.ts";
import type { Pooled } from "../../domain/runs/learned.ts";
import { CODE_VERSION, configHash, type RunManifest } from "../../domain/runs/manifest.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";
import { repricedSince } from "../evaluation/repriced-since.ts";
import { testsInForce } from "../experiments/read-tests.ts";
import { modelOfRun } from "../models/model-of-run.ts";
import { overridesAt } from "../overrides/read-overrides.ts";
import { findJson, getJson, type Lake, putJson, resultKey } from "./run-record.ts";
import { shardSkus } from "./shard-list.ts";

/** Where a run keeps what its SKUs share, beside their own inputs. */
function manifestKey(runId: string): string {
  return `runs/${runId}/run.json`;
}

export function readManifest({ lake }: Lake, runId: string): Promise<RunManifest> {
  return getJson<RunManifest>(lake, manifestKey(runId));
}

interface NewRun {
  runId: string;
  kind: RunKind;
  asOf: number;
  seed: number;
  skus: number;
  settings: Settings;
  /** of an elasticity run: how much of the catalogue it learns, and why */
  learns: Parameters<typeof modelOfRun>[2];
}

/** Gathers what a run of this kind shares among its SKUs, as it is now, and keeps it with the run. */
export async function keepManifest(
  ctx: ServiceContext,
  { learns, ...run }: NewRun,
  shards: readonly (readonly string[])[],
): Promise<void> {
  const { kind, asOf, settings } = run;
  const tests = kind === "proposals" ? await testsInForce(ctx, shards.flat()) : [];
  const since = kind === "evaluation" ? await repricedSince(ctx, settings.timeZone) : null;
  const before = kind === "evaluation" ? await evaluationBefore(ctx, asOf, shards) : null;
  const manifest: RunManifest = {
    ...run,
    catalogue: await ctx.db.$count(products, eq(products.status, "active")),
    codeVersion: CODE_VERSION,
    configHash: configHash(settings),
    previous: kind === "elasticity" ? await previousPool(ctx, asOf, shards) : null,
    overrides: kind === "proposals" ? await overridesAt(ctx.db, asOf) : [],
    costRatios: kind === "proposals" || kind === "backtest" ? await usualCosts(ctx.db) : {},
    ...(kind === "elasticity" && { model: await modelOfRun(ctx, settings.modelApproval, learns) }),
    ...(tests.length > 0 && { tests }),
    ...(since !== null && { repricedSince: since }),
    ...(before !== null && { before }),
  };
  await putJson(ctx.lake, manifestKey(run.runId), manifest);
}

/** What the newest elasticity run of the whole catalogue before `asOf` learned; null before the first. */
export async function previousPool(
  { db, lake }: ServiceContext,
  asOf: number,
  shards: readonly (readonly string[])[],
): Promise<RunManifest["previous"]> {
  const [last] = await db
    .select({ id: runs.id })
    .from(runs)
    .where(
      and(
        eq(runs.kind, "elasticity"),
        inArray(runs.status, ["done", "partial"]),
        eq(runs.dryRun, false),
        lte(runs.asOf, asOf),
        sql`${runs.scope} = '{}'`,
        isNotNull(runs.decisionHash),
      ),
    )
    .orderBy(desc(runs.asOf), desc(runs.id))
    .limit(1);
  const pool = last && (await findJson<Pooled>(lake, resultKey(last.id, "pool", 0)));
  if (!pool) return null;
  const { daily, weekly } = pool;
  return {
    runId: last.id,
    pooled: { daily, weekly },
    shards: await shardsBefore({ db, lake }, last.id, shards),
  };
}

/** The newest evaluation before this one. */
async function evaluationBefore(
  { db, lake }: ServiceContext,
  asOf: number,
  shards: readonly (readonly string[])[],
): Promise<NonNullable<RunManifest["before"]> | null> {
  const { runId, at } = evaluations;
  const [last] = await db.select({ runId }).from(evaluations).where(lt(at, asOf)).orderBy(desc(at)).limit(1);
  return last ? { runId: last.runId, shards: await shardsBefore({ db, lake }, last.runId, shards) } : null;
}

/** For each shard, those of an earlier run that had its SKUs. */
async function shardsBefore(
  stores: Pick<ServiceContext, "db" | "lake">,
  runId: string,
  shards: readonly (readonly string[])[],
): Promise<number[][]> {
  const before = await shardSkus(stores, runId);
  const shardOf = new Map(before.flatMap(({ shard, skus }) => skus.map((sku) => [sku, shard] as const)));
  return shards.map((skus) => {
    const found = new Set(skus.flatMap((sku) => shardOf.get(sku) ?? []));
    return [...found].sort((a, b) => a - b);
  });
}

/** The usual ratio of cost to price of each category, of the products whose cost is known. */
export async function usualCosts(db: Database): Promise<Record<string, CostRatio>> {
  const { category, unitCost, basePrice } = products;
  const rows = await db
    .select({ category, unitCost, basePrice })
    .from(products)
    .where(and(eq(products.status, "active"), isNotNull(products.unitCost)))
    .orderBy(asc(products.sku));
  return costRatios(rows.map((row) => ({ ...row, unitCost: row.unitCost! })));
}
