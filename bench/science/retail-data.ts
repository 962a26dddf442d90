import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { DAY_MS } from "../../domain/base/time.ts";
import type { ElasticitySeries } from "../../domain/learning/elasticity/series.ts";

/** One product-month of the retail price file. Only price, quantity, date and competitor prices are read. */
export interface RetailRow {
  product: string;
  category: string;
  /** Months since 2017-01. */
  month: number;
  /** Day number of the month's first day, and the month's length in days. */
  t: number;
  days: number;
  quantity: number;
  price: number;
  competitors: number[];
}

const MS_PER_DAY = DAY_MS;

/** Reads `retail_price.csv` of a folder, sorted by product and month. */
export function readRetail(folder: string): RetailRow[] {
  const text = readFileSync(join(folder, "retail_price.csv"), "utf8");
  const records = parse(text, { columns: true, skip_empty_lines: true }) as Record<string, string>[];
  return records
    .map(retailRow)
    .sort((a, b) => (a.product < b.product ? -1 : a.product > b.product ? 1 : a.t - b.t));
}

function retailRow(record: Record<string, string>): RetailRow {
  const [, month, year] = record.month_year!.split("-").map(Number) as [number, number, number];
  const start = Date.UTC(year, month - 1, 1) / MS_PER_DAY;
  const end = Date.UTC(year, month, 1) / MS_PER_DAY;
  return {
    product: record.product_id!,
    category: record.product_category_name!,
    month: 12 * (year - 2017) + month - 1,
    t: start,
    days: end - start,
    quantity: Number(record.qty),
    price: Number(record.unit_price),
    competitors: [record.comp_1, record.comp_2, record.comp_3].map(Number).filter((price) => price > 0),
  };
}

/** Monthly series, one per product. */
export function monthlySeries(rows: readonly RetailRow[]): ElasticitySeries[] {
  return series(rows, "month", (row) => [{ t: row.t, units: row.quantity }]);
}

/** Daily series: a month's quantity spread evenly over its days as whole units. */
export function dailySeries(rows: readonly RetailRow[]): ElasticitySeries[] {
  return series(rows, "day", (row) =>
    Array.from({ length: row.days }, (_, day) => ({
      t: row.t + day,
      units:
        Math.floor(((day + 1) * row.quantity) / row.days + 1e-9) -
        Math.floor((day * row.quantity) / row.days + 1e-9),
    })),
  );
}

function series(
  rows: readonly RetailRow[],
  period: "day" | "month",
  spread: (row: RetailRow) => { t: number; units: number }[],
): ElasticitySeries[] {
  return [...Map.groupBy(rows, (row) => row.product)].map(([sku, own]) => ({
    sku,
    category: own[0]!.category,
    period,
    periods: own.flatMap((row) =>
      spread(row).map(({ t, units }) => ({
        t,
        units,
        logPrice: Math.log(row.price),
        logCompetitor: row.competitors.length > 0 ? Math.log(Math.min(...row.competitors)) : null,
        exposure: 1,
      })),
    ),
  }));
}
