import { civilDay, dayIndex, dayNumber } from "../../domain/base/time.ts";
import { addProduct, type DriftPart, emptyPart } from "../../domain/evaluation/drift-part.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import type { ServiceContext } from "../context.ts";
import { readForecasts } from "../runs/learned-store.ts";
import { findJson, putJson, resultKey } from "../runs/run-record.ts";
import type { Measured } from "./measured.ts";

/** Units that were predicted of a day, by SKU, before it began. */
interface Predicted {
  day: number;
  units: Record<string, number>;
}

/** What a shard says of the drift; keeps what is predicted of today, for the next evaluation to compare. */
export async function measureDrift(
  ctx: ServiceContext,
  measured: readonly Measured[],
  manifest: RunManifest,
  { runId, shard, today }: { runId: string; shard: number; today: number },
): Promise<DriftPart> {
  const predicted = await predictedBefore(ctx, manifest, shard, today - 1);
  const part = emptyPart();
  for (const { row, days } of measured) {
    if (row.status !== "active") continue;
    const { sku, price, stock, clearanceDate } = row;
    const clearanceDays = clearanceDate === null ? null : dayIndex(clearanceDate) + 1 - today;
    addProduct(part, { days, price, stock, clearanceDays, predicted: predicted.get(sku) ?? null }, today);
  }
  await keepPredicted(ctx, measured, manifest, { runId, shard, today });
  return part;
}

async function predictedBefore(
  { lake }: ServiceContext,
  { before }: RunManifest,
  shard: number,
  day: number,
): Promise<Map<string, number>> {
  const known = new Map<string, number>();
  for (const earlier of before?.shards[shard] ?? []) {
    const kept = await findJson<Predicted>(lake, resultKey(before!.runId, "predicted", earlier));
    if (kept?.day === day) for (const [sku, units] of Object.entries(kept.units)) known.set(sku, units);
  }
  return known;
}

async function keepPredicted(
  { db, lake }: ServiceContext,
  measured: readonly Measured[],
  { settings }: RunManifest,
  { runId, shard, today }: { runId: string; shard: number; today: number },
): Promise<void> {
  const skus = measured.map(({ row }) => row.sku);
  const units: Predicted["units"] = {};
  for (const [sku, { forecast }] of await readForecasts({ db, lake }, skus)) {
    const made = dayNumber(civilDay(forecast.asOf, settings.timeZone));
    // a forecast begins with the day after it was made
    const value = forecast.demand?.daily.mean[today - made - 1];
    if (value !== undefined) units[sku] = value;
  }
  await putJson(lake, resultKey(runId, "predicted", shard), { day: today, units } satisfies Predicted);
}
