import { learningDays } from "../../domain/runs/calendar.ts";
import { filterSkus } from "../../domain/runs/elasticity-run.ts";
import { categoryDays } from "../../domain/runs/identify.ts";
import { type KeptFilter, withKept } from "../../domain/runs/kept-filter.ts";
import type { SkuSnapshot } from "../../domain/runs/learned.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import type { ServiceContext } from "../context.ts";
import { readHours } from "./hours.ts";
import { readForecasts } from "./learned-store.ts";
import { readManifest } from "./manifest.ts";
import { findJson, type Lake, passJson, resultKey, type ShardJob, type ShardResult } from "./run-record.ts";
import { readSkus, withDatedCosts, withProposedPrices } from "./snapshot.ts";
import { putSnapshots } from "./snapshot-store.ts";

/** First phase of an elasticity run: keeps the shard's inputs and runs each SKU's demand filter. */
export async function filterShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id } = job.run;
  const manifest = await readManifest(ctx, id);
  const { byCategory, own } = await readHours(ctx, job);
  const kept = await readKept(ctx, manifest, job.shard);
  const readings = (await readForLearning(ctx, job, manifest)).map((reading) => {
    const ownHours = own.get(reading.features.sku);
    return { ...reading, ...(ownHours && { ownHours }) };
  });
  const snapshots: SkuSnapshot[] = withKept(readings, (sku) => kept.get(sku), manifest);
  const filtered = filterSkus(snapshots, manifest);
  await Promise.all([
    // not the filters that it went on from: over the whole history they come to the same, and so does a replay
    putSnapshots(ctx.lake, { runId: id, shard: job.shard }, readings, { base: manifest.base }),
    passJson(ctx.lake, resultKey(id, "filter", job.shard), filtered),
    passJson(ctx.lake, resultKey(id, "days-of", job.shard), categoryDays(snapshots)),
    byCategory.length > 0 && passJson(ctx.lake, resultKey(id, "hours-of", job.shard), byCategory),
  ]);
  const resumed = snapshots.filter((snapshot) => snapshot.kept !== undefined).length;
  const withDemand = filtered.filter((sku) => sku !== null).length;
  return { statements: [], counts: { skus: snapshots.length, withDemand, resumed } };
}

/** All that is learned from: demand with dated costs, competitors, and what earlier runs remember of them. */
export async function readForLearning(
  ctx: ServiceContext,
  job: ShardJob,
  manifest: RunManifest,
): Promise<SkuSnapshot[]> {
  const { asOf, settings } = job.run;
  const [before, undated] = await Promise.all([
    // a run of the past does not know what came after it
    readForecasts(ctx, job.skus, asOf),
    readSkus(ctx, job, learningDays(manifest)),
  ]);
  const dated = await withDatedCosts(ctx, undated, asOf, settings.timeZone);
  const readings = await withProposedPrices(ctx, dated, asOf, settings.timeZone);
  return readings.map((reading) => ({ ...reading, track: before.get(reading.features.sku)?.track ?? null }));
}

/**
 * The filters that the last run left of a shard's SKUs; one that is no longer in the bucket starts from the
 * beginning.
 */
async function readKept(
  { lake }: Lake,
  { previous }: RunManifest,
  shard: number,
): Promise<Map<string, KeptFilter>> {
  const kept = new Map<string, KeptFilter>();
  for (const before of previous?.shards[shard] ?? []) {
    const key = resultKey(previous!.runId, "filter", before);
    const filters = (await findJson<(KeptFilter | null)[]>(lake, key)) ?? [];
    for (const filter of filters) if (filter) kept.set(filter.state.sku, filter);
  }
  return kept;
}
