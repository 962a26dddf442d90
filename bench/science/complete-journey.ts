import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { ElasticitySeries } from "../../domain/learning/elasticity/series.ts";
import { fitWeekly } from "../../domain/learning/elasticity/weekly.ts";
import { holdOutLogUnits } from "./count-fit.ts";
import { forecastWeekly } from "./forecast-weekly.ts";

const WEEKS_MIN = 20;
const LAST_TRAINING_WEEK = 42;
const UNITS_MAX = 500;
const DAYS_PER_WEEK = 7;

interface ProductWeek {
  product: string;
  week: number;
  units: number;
  price: number;
}

/**
 * Sparse weekly sales of a grocer's long tail: RMSE of ln units after week 42, products with at least 20
 * weeks.
 */
export function completeJourney(folder: string) {
  const categories = categoriesOf(folder);
  const rows = read(join(folder, "product_week_ge10.csv"))
    .map((record) => ({
      product: record.product_id!,
      week: Number(record.week),
      units: Number(record.units),
      price: Number(record.price),
    }))
    .filter(({ units, price }) => units > 0 && units <= UNITS_MAX && price > 0);
  const kept = [...Map.groupBy(rows, ({ product }) => product)].filter(([, own]) => own.length >= WEEKS_MIN);
  const series = (keep: (row: ProductWeek) => boolean): ElasticitySeries[] =>
    kept.map(([sku, own]) => ({
      sku,
      category: categories.get(sku) ?? "other",
      period: "week",
      periods: own
        .filter(keep)
        .sort((a, b) => a.week - b.week)
        .map(({ week, units, price }) => ({
          t: week * DAYS_PER_WEEK,
          units,
          logPrice: Math.log(price),
          logCompetitor: null,
          exposure: 1,
        })),
    }));
  const training = series(({ week }) => week <= LAST_TRAINING_WEEK).filter(
    ({ periods }) => periods.length > 0,
  );
  const later = series(({ week }) => week > LAST_TRAINING_WEEK);
  return { counts: holdOutLogUnits(training, later), logNormal: logNormalRmse(training, later) };
}

/** The log-normal model on the same rows: weeks without a sale are absent here, so ln units is defined. */
function logNormalRmse(training: readonly ElasticitySeries[], later: readonly ElasticitySeries[]) {
  const fit = fitWeekly(training);
  const states = new Map(fit.states.map((state) => [state.sku, state]));
  const errors = later.flatMap(({ sku, periods }) => {
    const state = states.get(sku);
    if (state === undefined) return [];
    return periods.map((row) => Math.log(row.units) - forecastWeekly(fit, state, row).mean);
  });
  return { rmse: Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length), rows: errors.length };
}

function categoriesOf(folder: string): Map<string, string> {
  const products = read(join(folder, "products_in_sample.csv"));
  return new Map(products.map((record) => [record.product_id!, record.department || "other"]));
}

function read(file: string): Record<string, string>[] {
  return parse(readFileSync(file, "utf8"), { columns: true, skip_empty_lines: true, relax_quotes: true });
}
