import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { evaluations, products, runs } from "../../db/schema.ts";
import { DAY_MS, HOUR_MS } from "../../domain/base/time.ts";
import type { RunKind } from "../../domain/messages/names.ts";
import { type CostRatio, costRatios } from "../../domain/runs/cost-ratios.ts";
import type { Pooled } from "../../domain/runs/learned.ts";
import { CODE_VERSION, configHash, type ModelInRun, type RunManifest } from "../../domain/runs/manifest.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";
import { repricedSince } from "../evaluation/repriced-since.ts";
import { testsInForce } from "../experiments/read-tests.ts";
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
  learns: ModelInRun;
}

/** Gathers what a run of this kind shares among its SKUs, as it is now, and keeps it with the run. */
export async function keepManifest(
  ctx: ServiceContext,
  { learns, ...run }: NewRun,
  shards: readonly (readonly string[])[],
): Promise<RunManifest> {
  const { kind, asOf, settings } = run;
  const base = await snapshotBase(ctx, run, shards);
  const tests = kind === "proposals" ? await testsInForce(ctx, shards.flat()) : [];
  const since = kind === "evaluation" ? await repricedSince(ctx, settings.timeZone) : null;
  const pool = kind === "proposals" ? (await newestPool(ctx, asOf))?.pool : undefined;
  const before = kind === "evaluation" ? await evaluationBefore(ctx, asOf, shards) : null;
  const manifest: RunManifest = {
    ...run,
    catalogue: await ctx.db.$count(products, eq(products.status, "active")),
    codeVersion: CODE_VERSION,
    configHash: configHash(settings),
    previous: kind === "elasticity" ? await previousPool(ctx, asOf, shards) : null,
    overrides: kind === "proposals" ? await overridesAt(ctx.db, asOf) : [],
    costRatios: kind === "proposals" || kind === "backtest" ? await usualCosts(ctx.db) : {},
    ...(pool?.contributions && { contributions: pool.contributions }),
    ...(pool?.leastWorth && { leastWorth: pool.leastWorth }),
    ...(kind === "elasticity" && { model: learns }),
    ...(tests.length > 0 && { tests }),
    ...(since !== null && { repricedSince: since }),
    ...(before !== null && { before }),
    ...(base !== null && { base }),
  };
  await putJson(ctx.lake, manifestKey(run.runId), manifest);
  return manifest;
}

/** How long the snapshots of a run are the base of later ones, ms. A decision reads little that is not new every day. */
const BASE_MS: Partial<Record<RunKind, number>> = {
  elasticity: 7 * DAY_MS - HOUR_MS,
  proposals: 20 * HOUR_MS,
};

/** A run of fewer SKUs keeps its snapshots whole: that is sooner done than reading others. */
const BASED_FROM = 50;

/**
 * The earlier run from whose snapshots those of a new run differ little: the newest that keeps its own whole and has at least
 * half as many SKUs; null = none.
 */
async function snapshotBase(
  { db, lake, now }: ServiceContext,
  { kind, skus, settings }: Pick<NewRun, "kind" | "skus" | "settings">,
  shards: readonly (readonly string[])[],
): Promise<RunManifest["base"] | null> {
  const longest = BASE_MS[kind];
  if (longest === undefined || skus < BASED_FROM) return null;
  // one that retention may be removing is none
  const since = now - Math.min(longest, settings.retention.runDetailDays * DAY_MS - HOUR_MS);
  const [found] = await db
    .select({ id: runs.id })
    .from(runs)
    .where(
      and(
        eq(runs.kind, kind),
        inArray(runs.status, ["done", "partial"]),
        isNull(runs.base),
        gt(runs.createdAt, since),
        sql`2 * (${runs.counts} ->> 'skus') >= ${skus}`,
      ),
    )
    .orderBy(desc(runs.createdAt))
    .limit(1);
  if (!found) return null;
  const before = await shardsBefore({ db, lake }, found.id, shards);
  return before.some((some) => some.length > 0) ? { runId: found.id, shards: before } : null;
}

/** What the newest elasticity run of the whole catalogue before `asOf` learned, and its id; null before the first. */
async function newestPool(
  { db, lake }: ServiceContext,
  asOf: number,
): Promise<{ runId: string; pool: Pooled } | null> {
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
  return pool ? { runId: last.id, pool } : null;
}

/** What an elasticity run starts from: what the last one learned; null before the first. */
export async function previousPool(
  ctx: ServiceContext,
  asOf: number,
  shards: readonly (readonly string[])[],
): Promise<RunManifest["previous"]> {
  const last = await newestPool(ctx, asOf);
  if (last === null) return null;
  const { runId, pool } = last;
  const { daily, weekly } = pool;
  return { runId, pooled: { daily, weekly }, shards: await shardsBefore(ctx, runId, shards) };
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
