import { sql } from "drizzle-orm";
import { bulkUpsert, excluded } from "../../db/bulk.ts";
import { forecasts } from "../../db/schema.ts";
import { toSignificant } from "../../domain/base/significant.ts";
import type { Identification } from "../../domain/learning/elasticity/identification.ts";
import { finishSkus } from "../../domain/runs/elasticity-run.ts";
import type { KeptFilter } from "../../domain/runs/kept-filter.ts";
import {
  type FinishedSku,
  finishedDigest,
  type Pooled,
  type SkuForecast,
  type SkuSnapshot,
  type StoredReport,
  type WeeklySku,
} from "../../domain/runs/learned.ts";
import type { ServiceContext } from "../context.ts";
import { modelCounts } from "../models/model-counts.ts";
import { keepModelFile, type ModelFile } from "../models/model-files.ts";
import { withChallengers } from "./challenger.ts";
import { withCrossEffects } from "./cross-effects.ts";
import { readCategoryHours } from "./hours.ts";
import { keepForecasts } from "./learned-store.ts";
import { readManifest } from "./manifest.ts";
import { findJson, getJson, putJson, resultKey, type ShardJob, type ShardResult } from "./run-record.ts";
import { getSnapshots } from "./snapshot-store.ts";

/** Gives each SKU of an elasticity run its leave-one-out prior, stores its forecast, and keeps what was learned to be judged. */
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
  const rows = rowsOf(job, finished, prices);
  const counts = finishCounts(finished);
  if (job.run.dryRun) return { statements: [], counts };
  await keepForecasts(ctx, { runId: id, shard: job.shard }, finished);
  await keepModelFile(ctx, id, job.shard, rows);
  const model = await modelCounts(ctx, snapshots, reportsOf(finished));
  const statements = bulkUpsert(ctx.d1, forecasts, rows.predicted, {
    where: sql`${excluded(forecasts.asOf)} >= ${forecasts.asOf}`,
  });
  return { statements, counts: { ...counts, model } };
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

/** How near the forecasts of the cheapest competitor came, where some could be compared. */
function scoreOf({ anchor, skill }: SkuForecast["competitor"]) {
  const error = (mae: number) => (skill.scored === 0 ? null : toSignificant(mae));
  return {
    ...{ priceScored: skill.scored, priceMae: error(skill.mae), priceBaselineMae: error(skill.baselineMae) },
    usesForecast: anchor.usesForecast,
  };
}

/** What an elasticity run learned as rows of the tables that decisions read. */
function rowsOf(
  { run: { id: runId, asOf }, shard }: ShardJob,
  finished: readonly FinishedSku[],
  prices: ReadonlyMap<string, number>,
): ModelFile {
  const learned = reportsOf(finished).map((exact) => {
    const report = toSignificant(exact);
    const { sku, mean, sd, identified, label } = report;
    return { ...{ sku, mean, sd, identified, label, report }, ...{ runId, asOf } };
  });
  const predicted = finished.map(({ forecast: { sku, demand, competitor } }) => ({
    ...{ sku, price: prices.get(sku)!, runId, shard, asOf },
    nextUnits: demand?.daily.mean[0] ?? null,
    nextBaseline: demand?.baseline.daily[0] ?? null,
    ...scoreOf(competitor),
    // kept in the bucket, by shard
    ...{ report: null, track: null },
  }));
  return { learned, predicted };
}
