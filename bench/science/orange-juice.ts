import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { ElasticitySeries } from "../../domain/learning/elasticity/series.ts";

/** One store-week of one brand. */
export interface JuiceRow {
  store: number;
  brand: number;
  week: number;
  logUnits: number;
  logPrice: number;
  /** Mean log price of the other ten brands in the same store and week. */
  logCompetitor: number;
  deal: number;
  feat: number;
}

const BRANDS = 11;
const DAYS_PER_WEEK = 7;

/** Reads `oj_yx_dev.csv.gz` of a folder: 58 stores × 11 brands × 121 weeks. */
export function readOrangeJuice(folder: string): JuiceRow[] {
  const text = gunzipSync(readFileSync(join(folder, "oj_yx_dev.csv.gz"))).toString("utf8");
  const [header, ...lines] = text.trimEnd().split("\n");
  const column = Object.fromEntries(header!.split(",").map((name, i) => [name, i]));
  const firstPrice = column.price1!;
  return lines.map((line) => {
    const cells = line.split(",");
    const at = (name: string) => Number(cells[column[name]!]);
    const brand = at("brand");
    const logs = Array.from({ length: BRANDS }, (_, b) => Math.log(Number(cells[firstPrice + b])));
    const logPrice = logs[brand - 1]!;
    return {
      store: at("store"),
      brand,
      week: at("week"),
      logUnits: at("logmove"),
      logPrice,
      logCompetitor: (logs.reduce((sum, value) => sum + value, 0) - logPrice) / (BRANDS - 1),
      deal: at("deal"),
      feat: at("feat"),
    };
  });
}

/** Weekly series of the weeks in [from, to], one per store and brand, category = brand. */
export function juiceSeries(rows: readonly JuiceRow[], from: number, to: number): ElasticitySeries[] {
  const chosen = rows.filter(({ week }) => week >= from && week <= to).sort((a, b) => a.week - b.week);
  return [...Map.groupBy(chosen, groupOf)].map(([sku, own]) => ({
    sku,
    category: `brand-${own[0]!.brand}`,
    period: "week" as const,
    covariateNames: ["deal", "feat"],
    periods: own.map((row) => ({
      t: row.week * DAYS_PER_WEEK,
      units: Math.exp(row.logUnits),
      logPrice: row.logPrice,
      logCompetitor: row.logCompetitor,
      exposure: 1,
      covariates: [row.deal, row.feat],
    })),
  }));
}

/** Group name of a row: store and brand. */
export function groupOf({ store, brand }: { store: number; brand: number }): string {
  return `${store}-${brand}`;
}
