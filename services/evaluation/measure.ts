import { asc } from "drizzle-orm";
import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import { products, skuBaselines } from "../../db/schema.ts";
import { civilDay, dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import type { DriftPart } from "../../domain/evaluation/drift-part.ts";
import {
  addMember,
  type Baseline,
  baselineOf,
  type PartOfCluster,
  type ReturnPart,
  returnSpan,
} from "../../domain/evaluation/measure.ts";
import { meanDay, skuDays } from "../../domain/evaluation/sku-days.ts";
import { hasHoldOut, isHeldOut } from "../../domain/experiments/hold-out.ts";
import { knownEconomics } from "../../domain/pricing/unit-economics.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import type { ServiceContext } from "../context.ts";
import { membersAmong, runningTests } from "../experiments/read-tests.ts";
import { readManifest } from "../runs/manifest.ts";
import { putJson, resultKey, type ShardJob, type ShardResult } from "../runs/run-record.ts";
import { measureDrift } from "./measure-drift.ts";
import { measureOutcomes } from "./measure-outcomes.ts";
import type { Measured } from "./measured.ts";
import { readShopDays } from "./read-days.ts";

/** Days that an evaluation reads: the longest price test that a night can compare. */
const READ_DAYS = 84;

/** What one shard measured. Plain JSON. */
export interface ShardMeasure {
  returns: ReturnPart[];
  /** by test */
  tests: Record<string, PartOfCluster[]>;
  outcomes: Awaited<ReturnType<typeof measureOutcomes>>;
  drift: DriftPart;
}

/** First phase of an evaluation: what each product of the shard did, day by day. */
export async function measureShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const manifest = await readManifest(ctx, job.run.id);
  const { settings, asOf } = manifest;
  const today = dayNumber(civilDay(asOf, settings.timeZone));
  const [rows, rowsOfDays] = await Promise.all([
    ctx.db.select().from(products).where(isAmong(products.sku, job.skus)).orderBy(asc(products.sku)),
    readShopDays(ctx, job.skus, { first: today - READ_DAYS, last: today - 1 }),
  ]);
  const measured = rows.flatMap((row): Measured[] => {
    const economics = knownEconomics(row, settings);
    if (economics === null || row.currency !== settings.currency) return [];
    const span = { first: today - READ_DAYS, last: today - 1 };
    return [{ row, days: skuDays(rowsOfDays.get(row.sku) ?? [], economics, span) }];
  });
  const { baselines, statements } = await withBaselines(ctx, measured, manifest);
  const measure: ShardMeasure = {
    returns: returnsOf(measured, baselines, manifest, today),
    tests: await testsOf(ctx, measured, today),
    outcomes: await measureOutcomes(ctx, measured, manifest, today),
    drift: await measureDrift(ctx, measured, manifest, { runId: job.run.id, shard: job.shard, today }),
  };
  await putJson(ctx.lake, resultKey(job.run.id, "measured", job.shard), measure);
  return {
    statements: job.run.dryRun ? [] : statements,
    counts: { skus: rows.length, measured: measured.length },
  };
}

/** The products' baselines, and the statements that keep those that were not known. */
async function withBaselines(ctx: ServiceContext, measured: readonly Measured[], manifest: RunManifest) {
  const skus = measured.map(({ row }) => row.sku);
  const known = await ctx.db.select().from(skuBaselines).where(isAmong(skuBaselines.sku, skus));
  const baselines = new Map<string, Baseline>(known.map((row) => [row.sku, row]));
  const since = manifest.repricedSince ?? null;
  if (since === null) return { baselines, statements: [] };
  const found = measured.flatMap(({ row, days }) => {
    if (baselines.has(row.sku)) return [];
    const baseline = baselineOf(days, since);
    if (baseline === null) return [];
    baselines.set(row.sku, baseline);
    return [{ sku: row.sku, ...baseline, before: dayOfNumber(since) }];
  });
  return { baselines, statements: bulkUpsert(ctx.d1, skuBaselines, found, { update: [] }) };
}

function returnsOf(
  measured: readonly Measured[],
  baselines: ReadonlyMap<string, Baseline>,
  { settings, catalogue, repricedSince }: RunManifest,
  today: number,
): ReturnPart[] {
  const span = repricedSince == null ? null : returnSpan(repricedSince, today);
  if (span === null || !hasHoldOut(settings.holdOut, catalogue)) return [];
  return measured.flatMap(({ row, days }) => {
    const baseline = baselines.get(row.sku);
    if (!baseline || row.status !== "active") return [];
    const after = meanDay(days.profit, days.first, span.from, span.to);
    return [{ before: baseline.profit, after, heldOut: isHeldOut(row, settings.holdOut) }];
  });
}

async function testsOf(ctx: ServiceContext, measured: readonly Measured[], today: number) {
  const tests: ShardMeasure["tests"] = {};
  const running = await runningTests(ctx);
  if (running.length === 0) return tests;
  const daysOf = new Map(measured.map(({ row, days }) => [row.sku, days]));
  const members = await membersAmong(ctx, [...daysOf.keys()]);
  for (const { id, firstDay } of running) {
    const clusters = new Map<string, PartOfCluster>();
    if (firstDay === null) continue;
    const span = { firstDay: dayNumber(firstDay), today };
    for (const member of members)
      if (member.testId === id) addMember(clusters, member, daysOf.get(member.sku)!, span);
    tests[id] = [...clusters.values()];
  }
  return tests;
}
