import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { DAY_MS } from "../../domain/base/time.ts";
import type { PriceSeries } from "./series.ts";

/** Ounces of a pack of each brand. */
const OUNCES = [64, 96, 64, 64, 64, 96, 64, 64, 64, 64, 128];
/** The first day of the chain's week 1. */
const WEEK_1 = Date.UTC(1989, 8, 14, 12);

/** The weekly prices of each brand in each store of a chain, from prices for an ounce. */
export function readStoreWeeks(folder: string): PriceSeries[] {
  const file = readdirSync(folder).find((name) => /^oj_yx.*\.csv(\.gz)?$/.test(name))!;
  const bytes = readFileSync(join(folder, file));
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const lines = parse<Record<string, string>>(text, { columns: true });
  const series = new Map<string, PriceSeries>();
  for (const line of lines) {
    const brand = Number(line.brand);
    const id = `${line.store}/${brand}`;
    const one = series.get(id) ?? { id, points: [] };
    const price = Math.round(Number(line[`price${brand}`]) * OUNCES[brand - 1]! * 100);
    if (price > 0) one.points.push({ at: WEEK_1 + Number(line.week) * 7 * DAY_MS, price });
    series.set(id, one);
  }
  return [...series.values()].map(({ id, points }) => ({ id, points: points.sort((a, b) => a.at - b.at) }));
}

/** Whether a folder holds that chain's prices. */
export function holdsStoreWeeks(folder: string): boolean {
  return readdirSync(folder).some((name) => /^oj_yx.*\.csv(\.gz)?$/.test(name));
}
