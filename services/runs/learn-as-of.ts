import { and, asc, gt } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { forecasts } from "../../db/schema.ts";
import { finishSkus, poolInput, poolSkus } from "../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../domain/runs/identify.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import { forecastView, type PricedProduct } from "../../domain/runs/priced-product.ts";
import type { ServiceContext } from "../context.ts";
import { readForLearning } from "./filter.ts";
import { previousPool } from "./manifest.ts";
import type { ShardJob } from "./run-record.ts";

type Learned = Pick<PricedProduct, "elasticity" | "forecast">;

/**
 * What a run of the past can have known of the SKUs whose stored elasticity and forecast are newer than its `asOf`:
 * both learned again from what was observed until then, pooled over these SKUs. Empty for a run of the present.
 */
export async function learnAsOf(
  ctx: ServiceContext,
  job: ShardJob,
  manifest: RunManifest,
): Promise<Map<string, Learned>> {
  const { asOf, createdAt } = job.run;
  const skus = asOf < createdAt ? await learnedLater(ctx, job.skus, asOf) : [];
  if (skus.length === 0) return new Map();
  const [previous, snapshots] = await Promise.all([
    previousPool(ctx, asOf, []),
    readForLearning(ctx, { ...job, skus }, manifest),
  ]);
  const learning: RunManifest = { ...manifest, kind: "elasticity", previous };
  const filtered = identifiedFilters(snapshots, learning);
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

/** Of these SKUs, those whose stored forecast is newer than `asOf`; a forecast comes with every elasticity. */
async function learnedLater(
  { db }: ServiceContext,
  skus: readonly string[],
  asOf: number,
): Promise<string[]> {
  const rows = await db
    .select({ sku: forecasts.sku })
    .from(forecasts)
    .where(and(isAmong(forecasts.sku, skus), gt(forecasts.asOf, asOf)))
    .orderBy(asc(forecasts.sku));
  return rows.map(({ sku }) => sku);
}
