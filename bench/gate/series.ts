import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { DAY_MS } from "../../domain/base/time.ts";

/** Products of the two shops, one beside the other. */
const CARTS = ["bio-cart.csv", "budget-cart.csv"];

/** One shop's price of one product over time; prices in cents, times in ms. */
export interface PriceSeries {
  id: string;
  points: { at: number; price: number }[];
}

interface Line {
  store: string;
  id: string;
  date: string;
  price: string;
}

/** The price series of a folder with `prices_long.csv` (store, id, date, price), points in order of time. */
export function readSeries(folder: string): PriceSeries[] {
  const lines = parse<Line>(readFileSync(join(folder, "prices_long.csv"), "utf8"), {
    columns: true,
    bom: true,
  });
  const series = Map.groupBy(lines, ({ store, id }) => `${store}/${id}`);
  return [...series]
    .map(([id, rows]) => ({
      id,
      points: rows
        .map(({ date, price }) => ({
          at: Date.parse(`${date}T12:00:00Z`),
          price: Math.round(Number(price) * 100),
        }))
        .filter(({ price }) => price > 0)
        .sort((a, b) => a.at - b.at),
    }))
    .filter(({ points }) => points.length > 0);
}

/** The series as competitors of one product: what the cart files put side by side, the others alone. */
export function paired(folder: string, series: readonly PriceSeries[]): PriceSeries[][] {
  const left = new Map(series.map((one) => [one.id, one]));
  const pairs: PriceSeries[][] = [];
  for (const file of CARTS.map((name) => join(folder, name)).filter(existsSync)) {
    const options = { columns: true, bom: true, delimiter: ";", relax_column_count: true } as const;
    const lines = parse<Line>(readFileSync(file, "utf8"), options);
    const ids = lines.map(({ store, id }) => `${store}/${id}`).filter((id, i, all) => id !== all[i - 1]);
    for (let i = 0; i + 1 < ids.length; i += 2) {
      const pair = [ids[i]!, ids[i + 1]!].flatMap((id) => left.get(id) ?? []);
      if (pair.length < 2) continue;
      for (const { id } of pair) left.delete(id);
      pairs.push(pair);
    }
  }
  return [...pairs, ...[...left.values()].map((one) => [one])];
}

/** The same, looked at every day: a price holds until the next, of a long spell only the first `daysMax` days. */
export function daily(series: PriceSeries, daysMax: number): PriceSeries {
  const { points } = series;
  return {
    id: series.id,
    points: points.flatMap(({ at, price }, i) => {
      const days = Math.round(((points[i + 1]?.at ?? at + daysMax * DAY_MS) - at) / DAY_MS);
      return Array.from({ length: Math.max(1, Math.min(days, daysMax)) }, (_, day) => ({
        at: at + day * DAY_MS,
        price,
      }));
    }),
  };
}
