import { learningDays } from "../../domain/runs/calendar.ts";
import { filterSkus, finishSkus, poolInput, poolSkus } from "../../domain/runs/elasticity-run.ts";
import type { SkuSnapshot } from "../../domain/runs/learned.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import type { OwnSide } from "../../domain/runs/pricing-inputs.ts";
import type { ServiceContext } from "../context.ts";
import { withDatedCosts } from "./dated-costs.ts";
import { readTracks } from "./elasticity.ts";
import { readFeatures } from "./features.ts";
import { forecastView } from "./own-sides.ts";
import { previousPool } from "./run-manifest.ts";
import type { ShardJob } from "./shard-job.ts";

type Learned = Pick<OwnSide, "elasticity" | "forecast">;

/**
 * What a run of the past can have learned of the SKUs whose stored elasticity and forecast are of a later instant: both
 * made anew from what was observed until `asOf`, pooled over these SKUs. Empty for a run of the present.
 */
export async function learnedThen(
  ctx: ServiceContext,
  job: ShardJob,
  manifest: RunManifest,
): Promise<Map<string, Learned>> {
  const { asOf, createdAt, settings } = job.run;
  const skus = asOf < createdAt ? await learnedLater(ctx, job.skus, asOf) : [];
  if (skus.length === 0) return new Map();
  const [tracks, previous, readings] = await Promise.all([
    readTracks(ctx, skus, asOf),
    previousPool(ctx, asOf, []),
    readFeatures(ctx, { ...job, skus }, learningDays(manifest)),
  ]);
  const learning: RunManifest = { ...manifest, kind: "elasticity", previous };
  const dated = await withDatedCosts(ctx, readings, asOf, settings.timeZone);
  const snapshots = dated.map(
    (reading): SkuSnapshot => ({ ...reading, track: tracks.get(reading.features.sku) ?? null }),
  );
  const filtered = filterSkus(snapshots, learning);
  const inputs = filtered.flatMap((sku, i) =>
    sku === null ? [] : [poolInput(sku, snapshots[i]!, learning)],
  );
  const finished = finishSkus(snapshots, filtered, poolSkus(inputs, learning), learning);
  return new Map(
    finished.map(({ report, forecast }, i): [string, Learned] => [
      forecast.sku,
      { elasticity: report, forecast: forecastView(forecast, snapshots[i]!.price) },
    ]),
  );
}

/** Of these SKUs, those whose stored forecast is of an instant after `asOf`; a forecast comes with every elasticity. */
async function learnedLater(ctx: ServiceContext, skus: readonly string[], asOf: number): Promise<string[]> {
  const { results } = await ctx.d1
    .prepare(
      "SELECT sku FROM forecasts WHERE sku IN (SELECT value FROM json_each(?1)) AND as_of > ?2 ORDER BY sku",
    )
    .bind(JSON.stringify(skus), asOf)
    .all<{ sku: string }>();
  return results.map(({ sku }) => sku);
}
