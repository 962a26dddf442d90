import type { DriftReaction, DriftSettings } from "../settings/drift.ts";

/**
 * Whether data, predictions or results have drifted, from one summary a day. Each test has a threshold, a number of days and
 * a reaction; where a figure is noisy it also has to be beyond what chance explains.
 */

/** Features that predictions rest on: units a day over a week, price over its mean of two weeks, days of stock. */
export const DRIFT_FEATURES = ["sales_roll_mean_7", "rel_price", "inventory_pressure"] as const;
export type DriftFeature = (typeof DRIFT_FEATURES)[number];

/** Counts by class of ln(value), sparse: "z" = zero. */
export type Histogram = Record<string, number>;

/** Width of a class of ln(value). */
const CLASS = 0.1;

export function countIn(histogram: Histogram, value: number): void {
  const name = value > 0 ? String(Math.floor(Math.log(value) / CLASS)) : "z";
  histogram[name] = (histogram[name] ?? 0) + 1;
}

export function joinHistograms(parts: readonly Histogram[]): Histogram {
  const joined: Histogram = {};
  for (const part of parts)
    for (const [name, count] of Object.entries(part)) joined[name] = (joined[name] ?? 0) + count;
  return joined;
}

const BINS = 10;
/** A bin holds at least so much, so that a few values where there were none are not the end of the world. */
const BIN_FLOOR = 0.01;
/** Fewer values say nothing. */
const VALUES_LEAST = 50;

/**
 * Population stability index Σ (a − e) ln(a / e) over the ten quantile bins of the baseline, less what chance alone gives,
 * (bins − 1)(1 / n + 1 / n₀). Null with too few values.
 *
 * @example
 * two bins of the same share in both // 0, less chance
 */
export function stabilityIndex(baseline: Histogram, now: Histogram): number | null {
  const order = (name: string) => (name === "z" ? Number.NEGATIVE_INFINITY : Number(name));
  const names = [...new Set([...Object.keys(baseline), ...Object.keys(now)])].sort(
    (a, b) => order(a) - order(b),
  );
  const total = (one: Histogram) => Object.values(one).reduce((sum, count) => sum + count, 0);
  const [n0, n] = [total(baseline), total(now)];
  if (n0 < VALUES_LEAST || n < VALUES_LEAST) return null;
  const bins: { e: number; a: number }[] = [];
  let open = { e: 0, a: 0 };
  for (const name of names) {
    // a class as large as a bin is one by itself: what lies beside it must not vanish in it
    if ((open.e > 0 || open.a > 0) && (baseline[name] ?? 0) / n0 >= 1 / BINS) {
      bins.push(open);
      open = { e: 0, a: 0 };
    }
    open.e += (baseline[name] ?? 0) / n0;
    open.a += (now[name] ?? 0) / n;
    if (open.e < 1 / BINS) continue;
    bins.push(open);
    open = { e: 0, a: 0 };
  }
  if (open.e > 0 || open.a > 0) bins.push(open);
  const index = bins.reduce((sum, { e, a }) => {
    const [expected, actual] = [Math.max(e, BIN_FLOOR), Math.max(a, BIN_FLOOR)];
    return sum + (actual - expected) * Math.log(actual / expected);
  }, 0);
  return Math.max(0, index - (bins.length - 1) * (1 / n + 1 / n0));
}

/** What one day said of the whole catalogue. */
export interface DriftDay {
  /** day number */
  day: number;
  psi: Partial<Record<DriftFeature, number | null>>;
  /** predictions of the day against its units; null where none were made */
  prediction: { skus: number; predicted: number; actual: number; over: number; varianceRatio: number } | null;
  /** net revenue of the products on sale and their number, minor units */
  revenue: number;
  skus: number;
  /** share of the products that were sold out */
  soldOut: number;
  /** products whose stock should have been gone */
  clearanceMisses: number;
}

type Rules = Omit<DriftSettings, "react" | "hours" | "clipShare" | "narrowStep">;

export interface DriftFinding {
  kind: "input" | "prediction" | "outcome";
  rule: keyof Rules;
  metric: string;
  value: number;
  threshold: number;
  days: number;
  reactions: DriftReaction[];
}

const WEEK = 7;
const MONTH = 28;
/** Standard deviations beyond which chance does not explain a difference that lasts for days. */
const BEYOND_CHANCE = 3;

/** Days before the newest, and products on sale, without which nothing is called drift. */
const SETTLED_DAYS = 7;
const PRODUCTS_LEAST = 50;

/** What has drifted by the newest day; `days` oldest first. In a shop that is new or small nothing has. */
export function assessDrift(days: readonly DriftDay[], settings: Rules): DriftFinding[] {
  const newest = days.at(-1);
  if (!newest || days.length <= SETTLED_DAYS || newest.skus < PRODUCTS_LEAST) return [];
  return [...inputDrift(days, settings), ...predictionDrift(days, settings), ...outcomeDrift(days, settings)];
}

function finding(
  kind: DriftFinding["kind"],
  rule: keyof Rules,
  metric: string,
  value: number,
  settings: Rules,
): DriftFinding {
  const { over, days, reactions } = settings[rule];
  return { kind, rule, metric, value, threshold: over, days, reactions };
}

function inputDrift(days: readonly DriftDay[], settings: Rules): DriftFinding[] {
  const { psi, psiAtOnce } = settings;
  return DRIFT_FEATURES.flatMap((feature) => {
    const values = days.map((one) => one.psi[feature] ?? 0);
    const newest = values.at(-1) ?? 0;
    if (newest >= psiAtOnce.over) return [finding("input", "psiAtOnce", feature, newest, settings)];
    const isLasting =
      values.length >= psi.days && values.slice(-psi.days).every((value) => value >= psi.over);
    return isLasting ? [finding("input", "psi", feature, newest, settings)] : [];
  });
}

function predictionDrift(days: readonly DriftDay[], settings: Rules): DriftFinding[] {
  const { biasHigh, biasLow, overForecast, variance } = settings;
  const made = days.flatMap(({ prediction }) => (prediction && prediction.actual > 0 ? [prediction] : []));
  const span = Math.max(biasHigh.days, biasLow.days);
  const recent = made.slice(-span);
  if (recent.length < span) return [];
  const biases = recent.map(({ predicted, actual }) => (predicted - actual) / actual);
  const { mean, error } = meanError(biases);
  const isSure = Math.abs(mean) > BEYOND_CHANCE * error;
  const found: DriftFinding[] = [];
  if (isSure && mean > biasHigh.over) found.push(finding("prediction", "biasHigh", "bias", mean, settings));
  if (isSure && mean < -biasLow.over) found.push(finding("prediction", "biasLow", "bias", mean, settings));
  const over = made.slice(-overForecast.days);
  const share = sum(over, "over") / Math.max(1, sum(over, "skus"));
  if (over.length >= overForecast.days && share > overForecast.over && mean > 0)
    found.push(finding("prediction", "overForecast", "over_forecast_rate", share, settings));
  const ratios = made.slice(-variance.days).map(({ varianceRatio }) => varianceRatio);
  const isFar = (ratio: number) => ratio > variance.over || ratio < 1 / variance.over;
  if (found.length > 0 && ratios.length >= variance.days && ratios.every(isFar))
    found.push(finding("prediction", "variance", "variance_ratio", ratios.at(-1)!, settings));
  return found;
}

function sum<K extends string>(rows: readonly Record<K, number>[], name: K): number {
  return rows.reduce((all, row) => all + row[name], 0);
}

function meanError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((all, value) => all + value, 0) / values.length;
  const squares = values.reduce((all, value) => all + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / Math.max(1, values.length - 1) / values.length) };
}

function outcomeDrift(days: readonly DriftDay[], settings: Rules): DriftFinding[] {
  const { stockOuts, clearance } = settings;
  const found: DriftFinding[] = [];
  const fall = revenueFall(days, settings.revenue.days);
  if (fall !== null && fall.least > settings.revenue.over && fall.isBeyondChance)
    found.push(finding("outcome", "revenue", "revenue_per_sku_day", -fall.mean, settings));
  const rates = days.slice(-stockOuts.days).map(({ soldOut }) => soldOut);
  if (rates.length >= stockOuts.days && rates.every((rate) => rate > stockOuts.over))
    found.push(finding("outcome", "stockOuts", "stock_out_rate", rates.at(-1)!, settings));
  const misses = days.at(-1)?.clearanceMisses ?? 0;
  if (misses > clearance.over)
    found.push(finding("outcome", "clearance", "clearance_misses", misses, settings));
  return found;
}

/**
 * How far revenue per product and day fell below its mean of the four weeks before, weekday by weekday; `least` of the last
 * days. Beyond chance: the mean fall is more than three standard errors of days in those weeks.
 */
function revenueFall(days: readonly DriftDay[], span: number) {
  const perSku = days.map(({ day, revenue, skus }) => ({ day, value: skus > 0 ? revenue / skus : 0 }));
  const before = perSku.slice(-(MONTH + span), -span);
  if (before.length < MONTH) return null;
  const meanOf = (weekday: number) => {
    const same = before.filter(({ day }) => day % WEEK === weekday);
    return same.reduce((all, { value }) => all + value, 0) / same.length;
  };
  const ratio = ({ day, value }: { day: number; value: number }) => value / meanOf(day % WEEK) - 1;
  const falls = perSku.slice(-span).map((one) => -ratio(one));
  const usual = before.map(ratio);
  const sd = Math.sqrt(usual.reduce((all, one) => all + one * one, 0) / (MONTH - WEEK));
  const mean = falls.reduce((all, one) => all + one, 0) / span;
  return {
    least: Math.min(...falls),
    mean,
    isBeyondChance: mean > BEYOND_CHANCE * sd * Math.sqrt(1 / span + WEEK / MONTH),
  };
}
