import { sql } from "drizzle-orm";
import { bulkUpsert, excluded, jsonTable } from "../../db/bulk.ts";
import { elasticities, elasticityHistory, forecasts, products } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import type { Identification } from "../../domain/learning/elasticity/identification.ts";
import { finishSkus } from "../../domain/runs/elasticity-run.ts";
import type { KeptFilter } from "../../domain/runs/kept-filter.ts";
import {
  type FinishedSku,
  finishedDigest,
  type Pooled,
  type SkuSnapshot,
  type StoredReport,
  type WeeklySku,
} from "../../domain/runs/learned.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import type { ServiceContext } from "../context.ts";
import { modelCounts } from "../models/model-counts.ts";
import { keepModelFile, type ModelFile } from "../models/model-files.ts";
import { withChallengers } from "./challenger.ts";
import { withCrossEffects } from "./cross-effects.ts";
import { readCategoryHours } from "./hours.ts";
import { keepForecasts } from "./learned-store.ts";
import { readManifest } from "./manifest.ts";
import {
  findJson,
  getJson,
  getSnapshots,
  putJson,
  resultKey,
  type ShardJob,
  type ShardResult,
} from "./run-record.ts";

/** Last phase of an elasticity run: gives each SKU its leave-one-out prior, stores its elasticity and its forecast. */
export async function finishShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id } = job.run;
  const { lake } = ctx;
  const [manifest, snapshots, filters, found, pooled, weekly, hours] = await Promise.all([
    readManifest(ctx, id),
    getSnapshots<SkuSnapshot>(lake, id, job.shard),
    getJson<(KeptFilter | null)[]>(lake, resultKey(id, "filter", job.shard)),
    getJson<(Identification | null)[]>(lake, resultKey(id, "identified", job.shard)),
    getJson<Pooled>(lake, resultKey(id, "pool", 0)),
    findJson<[string, WeeklySku][]>(lake, resultKey(id, "weekly", job.shard)),
    readCategoryHours(ctx, id),
  ]);
  const filtered = filters.map((filter, i) => filter && { ...filter, identification: found[i]! });
  const learned = { pooled, weekly: new Map(weekly ?? []), hours };
  const alone = finishSkus(snapshots, filtered, learned, manifest);
  const judged = await withChallengers(ctx, manifest, snapshots, alone);
  const finished = await withCrossEffects(ctx, { runId: id, shard: job.shard }, snapshots, judged);
  const digests = finished.map((sku) => ({ sku: sku.forecast.sku, digest: finishedDigest(sku) }));
  await putJson(lake, resultKey(id, "decisions", job.shard), digests);
  const prices = new Map(snapshots.map(({ features, price }) => [features.sku, price]));
  const named = withVersion(finished, manifest);
  const rows = rowsOf(job, named, prices);
  const counts = finishCounts(finished);
  if (job.run.dryRun) return { statements: [], counts };
  await keepForecasts(ctx, { runId: id, shard: job.shard }, finished);
  const isWhole = manifest.model?.isWhole ?? false;
  if (isWhole) await keepModelFile(ctx, id, job.shard, rows);
  const model = isWhole ? await modelCounts(ctx, snapshots, reportsOf(named)) : undefined;
  return { statements: saveFinished(ctx, rows, manifest), counts: { ...counts, ...(model && { model }) } };
}

/** The reports, which name the version that they are of. */
function withVersion(finished: readonly FinishedSku[], { model }: RunManifest): FinishedSku[] {
  if (!model || model.version === 0) return [...finished];
  const { version } = model;
  return finished.map((one) => ({ ...one, report: one.report && { ...one.report, version } }));
}

function finishCounts(finished: readonly FinishedSku[]) {
  const reports = reportsOf(finished);
  return {
    elasticities: reports.length,
    identified: reports.filter(({ identified }) => identified).length,
    endogenous: reports.filter(({ endogeneityFlag }) => endogeneityFlag).length,
    weekly: reports.filter(({ period }) => period !== "day").length,
    forecasts: finished.filter(({ forecast }) => forecast.demand !== null).length,
  };
}

function reportsOf(finished: readonly FinishedSku[]): StoredReport[] {
  return finished.flatMap(({ report }) => (report === null ? [] : [report]));
}

/** What an elasticity run learned as rows of the tables that decisions read. */
function rowsOf(
  { run: { id: runId, asOf }, shard }: ShardJob,
  finished: readonly FinishedSku[],
  prices: ReadonlyMap<string, number>,
): ModelFile {
  const learned = reportsOf(finished).map((report) => {
    const { sku, mean, sd, identified, label } = report;
    return { ...{ sku, mean, sd, identified, label, report }, ...{ runId, asOf } };
  });
  const predicted = finished.map(({ forecast: { sku, demand } }) => ({
    ...{ sku, price: prices.get(sku)!, runId, shard, asOf },
    nextUnits: demand?.daily.mean[0] ?? null,
    nextBaseline: demand?.baseline.daily[0] ?? null,
    // kept in the bucket, by shard
    ...{ report: null, track: null },
  }));
  return { learned, predicted };
}

/**
 * The statements that store what an elasticity run learned. An older snapshot never overwrites a newer one, and a version
 * that waits for its approval no elasticity that is there.
 */
function saveFinished(
  { d1, now }: ServiceContext,
  { learned, predicted }: ModelFile,
  { model }: RunManifest,
): D1PreparedStatement[] {
  const inForce = model?.inForce ?? true;
  const saved = bulkUpsert(
    d1,
    elasticities,
    learned,
    inForce ? { where: sql`${excluded(elasticities.asOf)} >= ${elasticities.asOf}` } : { update: [] },
  );
  const reports = learned.map(({ report }) => report as StoredReport);
  return [
    ...saved,
    ...(inForce ? courseOf(d1, learned) : []),
    ...bulkUpsert(d1, forecasts, predicted, {
      where: sql`${excluded(forecasts.asOf)} >= ${forecasts.asOf}`,
    }),
    ...(inForce ? saveSensitivities(d1, reports, now) : []),
  ];
}

function courseOf(d1: D1Database, learned: ModelFile["learned"]): D1PreparedStatement[] {
  const course = learned.map(({ report: _, ...row }) => row);
  return bulkUpsert(d1, elasticityHistory, course, { update: [] });
}

/** The sensitivity is part of the shard product (it sets a signal's priority): a change of it is sent to the shard. */
function saveSensitivities(
  d1: D1Database,
  reports: readonly StoredReport[],
  now: number,
): D1PreparedStatement[] {
  const learned = jsonTable("learned", ["sku", "sensitivity"], reports);
  const differs = sql`${products.sku} = ${learned.sku} AND ${products.sensitivity} IS NOT ${learned.sensitivity}`;
  return [
    prepare(
      d1,
      sql`INSERT INTO outbox (kind, key, body, created_at, attempts)
        SELECT 'ours', min(${products.sku}), json_group_array(${products.sku}), ${now}, 0
        FROM ${learned.table} JOIN ${products} ON ${differs} HAVING count(*) > 0`,
    ),
    prepare(
      d1,
      sql`UPDATE ${products} SET sensitivity = ${learned.sensitivity}, version = version + 1
        FROM ${learned.table} WHERE ${differs}`,
    ),
  ];
}
