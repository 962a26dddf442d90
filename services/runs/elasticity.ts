import type { Hyper } from "../../domain/learning/elasticity/em.ts";
import { pooledEffects } from "../../domain/learning/elasticity/pool.ts";
import { learningDays } from "../../domain/runs/calendar.ts";
import { wantsChallenger } from "../../domain/runs/challenger-run.ts";
import type { CompetitorTrack } from "../../domain/runs/competitor-track.ts";
import { filterSkus, finishSkus, poolInput, poolSkus } from "../../domain/runs/elasticity-run.ts";
import { type KeptFilter, withKept } from "../../domain/runs/kept-filter.ts";
import type { FinishedSku, Pooled, PoolInput, SkuSnapshot, WeeklySku } from "../../domain/runs/learned.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import { PoolInputs } from "../../domain/runs/pool-inputs.ts";
import { finishedDigest } from "../../domain/runs/proposals-run.ts";
import type { ServiceContext } from "../context.ts";
import { fitChallengers, withChallengers } from "./challenger.ts";
import { poolCrossEffects, withCrossEffects } from "./cross-effects.ts";
import { withDatedCosts } from "./dated-costs.ts";
import { readFeatures } from "./features.ts";
import { poolHours, readCategoryHours, readHours } from "./hours.ts";
import { readManifest } from "./run-manifest.ts";
import { doneShards, getJson, getSnapshots, putJson, putSnapshots, resultKey } from "./run-record.ts";
import { saveFinished } from "./save-finished.ts";
import type { ShardJob, ShardResult } from "./shard-job.ts";

/** Phase 1: snapshot the shard's inputs and run each SKU's filter. */
export async function filterShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id } = job.run;
  const manifest = await readManifest(ctx, id);
  const tracks = await readTracks(ctx, job.skus, job.run.asOf);
  const { byCategory, own } = await readHours(ctx, job);
  const { asOf, settings } = job.run;
  const kept = await readKept(ctx, manifest, job.shard);
  const undated = await readFeatures(ctx, job, learningDays(manifest));
  const readings = (await withDatedCosts(ctx, undated, asOf, settings.timeZone)).map((reading) => {
    const ownHours = own.get(reading.features.sku);
    const track = tracks.get(reading.features.sku) ?? null;
    return { ...reading, track, ...(ownHours && { ownHours }) };
  });
  const snapshots: SkuSnapshot[] = withKept(readings, (sku) => kept.get(sku), manifest);
  const filtered = filterSkus(snapshots, manifest);
  const inputs = filtered.flatMap((sku, i) =>
    sku === null ? [] : [poolInput(sku, snapshots[i]!, manifest)],
  );
  await Promise.all([
    putSnapshots(ctx.lake, id, job.shard, snapshots),
    putJson(ctx.lake, resultKey(id, "filter", job.shard), filtered),
    putJson(ctx.lake, resultKey(id, "statistics", job.shard), inputs),
    byCategory.length > 0 && putJson(ctx.lake, resultKey(id, "hours-of", job.shard), byCategory),
  ]);
  const resumed = snapshots.filter((snapshot) => snapshot.kept !== undefined).length;
  return { statements: [], counts: { skus: snapshots.length, withDemand: inputs.length, resumed } };
}

/** The filters that the last run left of a shard's SKUs; what is no longer in the bucket is filtered anew. */
async function readKept(
  { lake }: ServiceContext,
  { previous }: RunManifest,
  shard: number,
): Promise<Map<string, KeptFilter>> {
  const kept = new Map<string, KeptFilter>();
  for (const before of previous?.shards[shard] ?? []) {
    const object = await lake.get(resultKey(previous!.runId, "filter", before));
    const filters = object === null ? [] : await object.json<(KeptFilter | null)[]>();
    for (const filter of filters) if (filter) kept.set(filter.state.sku, filter);
  }
  return kept;
}

/** What earlier runs remember of the SKUs' competitors; a run of the past does not know what came after it. */
export async function readTracks(
  ctx: ServiceContext,
  skus: readonly string[],
  asOf: number,
): Promise<Map<string, CompetitorTrack>> {
  const { results } = await ctx.d1
    .prepare(
      "SELECT sku, track FROM forecasts WHERE sku IN (SELECT value FROM json_each(?1)) AND as_of <= ?2",
    )
    .bind(JSON.stringify(skus), asOf)
    .all<{ sku: string; track: string }>();
  return new Map(results.map(({ sku, track }) => [sku, JSON.parse(track) as CompetitorTrack]));
}

/** Phase 2: pool the SKUs' sufficient statistics, in SKU order whatever the shards were. */
export async function poolRun(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id } = job.run;
  const manifest = await readManifest(ctx, id);
  const packed = new PoolInputs();
  // of a whole shop only what is asked for later is kept beside
  const shardOf = new Map<string, number>();
  const skus: { sku: string; category: string; shard: number }[] = [];
  const challenged = wantsChallenger(manifest.settings);
  const shards = await doneShards(ctx, id, 0);
  await poolHours(ctx, id, shards);
  for (const shard of shards) {
    const part = await getJson<PoolInput[]>(ctx.lake, resultKey(id, "statistics", shard));
    packed.add(part);
    for (const { sufficient, weekly, family } of part) {
      const { sku, category } = sufficient;
      if (weekly !== null || family) shardOf.set(sku, shard);
      if (challenged) skus.push({ sku, category, shard });
    }
  }
  const { inputs } = packed;
  const { pooled, weekly } = poolSkus(inputs, manifest);
  await putJson(ctx.lake, resultKey(id, "pool", 0), pooled);
  for (const [shard, weeklySkus] of Map.groupBy(weekly, ([sku]) => shardOf.get(sku)!))
    await putJson(ctx.lake, resultKey(id, "weekly", shard), weeklySkus);
  const challengers = await fitChallengers(ctx, manifest, skus);
  const cross = await poolCrossEffects(ctx, manifest, inputs, shardOf);
  const counts = {
    ...poolCounts(pooled, inputs),
    ...(Object.keys(challengers).length > 0 && { challengers }),
    ...(cross && { cross }),
  };
  return { statements: [], counts: { skus: inputs.length }, run: { counts } };
}

function poolCounts({ daily, weekly }: Pooled, inputs: readonly PoolInput[]): Record<string, unknown> {
  const main = daily ?? weekly;
  if (main === null) return { pooled: 0 };
  const onWeeks = weekly === null ? {} : { weekly: { skus: weekly.skus, ...pooledEffects(weekly) } };
  return {
    pooled: inputs.length,
    ...pooledEffects(main),
    ...onWeeks,
    categories: { ...ownByCategory(weekly), ...ownByCategory(daily) },
  };
}

function ownByCategory(hyper: Hyper | null): Record<string, unknown> {
  const entries = Object.entries(hyper?.categories ?? {});
  return Object.fromEntries(
    entries.map(([name, { mean, skus, endogeneity }]) => [name, { own: mean[0]!, skus, endogeneity }]),
  );
}

/** Phase 3: give each SKU its leave-one-out prior, store its elasticity and its forecasts. */
export async function finishShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id } = job.run;
  const { lake } = ctx;
  const [manifest, snapshots, filtered, pooled, weekly, hours] = await Promise.all([
    readManifest(ctx, id),
    getSnapshots<SkuSnapshot>(lake, id, job.shard),
    getJson<(KeptFilter | null)[]>(lake, resultKey(id, "filter", job.shard)),
    getJson<Pooled>(lake, resultKey(id, "pool", 0)),
    readWeekly(ctx, id, job.shard),
    readCategoryHours(ctx, id),
  ]);
  const alone = finishSkus(snapshots, filtered, { pooled, weekly, hours }, manifest);
  const judged = await withChallengers(ctx, manifest, snapshots, alone);
  const finished = await withCrossEffects(ctx, { runId: id, shard: job.shard }, snapshots, judged);
  const digests = finished.map((sku) => ({ sku: sku.forecast.sku, digest: finishedDigest(sku) }));
  await putJson(lake, resultKey(id, "decisions", job.shard), digests);
  const prices = new Map(snapshots.map(({ features, price }) => [features.sku, price]));
  return {
    statements: job.run.dryRun ? [] : saveFinished(ctx, job.run, finished, prices),
    counts: finishCounts(finished),
  };
}

async function readWeekly(
  ctx: ServiceContext,
  runId: string,
  shard: number,
): Promise<Map<string, WeeklySku>> {
  const object = await ctx.lake.get(resultKey(runId, "weekly", shard));
  return new Map(object ? await object.json<[string, WeeklySku][]>() : []);
}

function finishCounts(finished: readonly FinishedSku[]) {
  const reports = finished.flatMap(({ report }) => (report === null ? [] : [report]));
  return {
    elasticities: reports.length,
    identified: reports.filter(({ identified }) => identified).length,
    endogenous: reports.filter(({ endogeneityFlag }) => endogeneityFlag).length,
    weekly: reports.filter(({ period }) => period === "week").length,
    forecasts: finished.filter(({ forecast }) => forecast.demand !== null).length,
  };
}
