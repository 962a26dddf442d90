import { and, lte, type SQL } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { forecasts } from "../../db/schema.ts";
import { toSignificant } from "../../domain/base/significant.ts";
import type { CompetitorTrack } from "../../domain/runs/competitor-track.ts";
import type { SkuForecast } from "../../domain/runs/learned.ts";
import type { ServiceContext } from "../context.ts";
import { findJson, type Lake, passJson, resultKey } from "./run-record.ts";

/** What the bucket keeps of a SKU's forecast. */
interface LongParts {
  forecast: SkuForecast;
  track: CompetitorTrack;
}

/** A SKU's newest forecast. */
export interface StoredForecast extends LongParts {
  /** price it was made at, minor units */
  price: number;
}

type Row = Pick<typeof forecasts.$inferSelect, "sku" | "runId" | "shard" | "report" | "track" | "price">;

/** Where the bucket keeps forecasts, as the results of a phase. */
export const FORECASTS = "forecasts";

/** Keeps what an elasticity run predicted of a shard's SKUs. */
export async function keepForecasts(
  { lake }: Lake,
  { runId, shard }: { runId: string; shard: number },
  parts: readonly LongParts[],
): Promise<void> {
  const kept = parts.map(({ forecast, track }): LongParts => toSignificant({ forecast, track }));
  await passJson(lake, resultKey(runId, FORECASTS, shard), kept);
}

/** The newest forecasts of SKUs, or those that were newest at `until` (ms), as far as there are any. */
export async function readForecasts(
  ctx: Pick<ServiceContext, "db" | "lake">,
  skus: readonly string[],
  until?: number,
): Promise<Map<string, StoredForecast>> {
  const isOf: SQL = isAmong(forecasts.sku, skus);
  const { sku, runId, shard, report, track, price } = forecasts;
  const rows = await ctx.db
    .select({ sku, runId, shard, report, track, price })
    .from(forecasts)
    .where(until === undefined ? isOf : and(isOf, lte(forecasts.asOf, until)));
  return longParts(ctx, rows);
}

/** The forecasts of rows. Those of one shard of a run are one object. */
export async function longParts({ lake }: Lake, rows: readonly Row[]): Promise<Map<string, StoredForecast>> {
  const found = new Map<string, StoredForecast>();
  for (const { sku, report, track, price } of rows)
    if (report !== null)
      found.set(sku, { forecast: report as SkuForecast, track: track as CompetitorTrack, price });
  const elsewhere = rows.filter(({ report }) => report === null);
  for (const ofShard of Map.groupBy(elsewhere, ({ runId, shard }) => `${runId} ${shard}`).values()) {
    const { runId, shard } = ofShard[0]!;
    const kept = await findJson<LongParts[]>(lake, resultKey(runId, FORECASTS, shard ?? 0));
    const bySku = new Map((kept ?? []).map((parts) => [parts.forecast.sku, parts]));
    for (const { sku, price } of ofShard) {
      const parts = bySku.get(sku);
      if (parts) found.set(sku, { ...parts, price });
    }
  }
  return found;
}
