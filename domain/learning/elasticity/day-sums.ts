import type { DemandPeriod } from "./series.ts";
import { isUsable } from "./state.ts";

/**
 * What the SKUs of one category sold, were expected to sell and charged, day by day. All three are whole numbers, so that
 * their sums do not depend on the order or grouping of the SKUs. Plain JSON.
 */
export interface DaySums {
  /** Day number of the first entry. */
  from: number;
  /** Units sold, in 1/1024. */
  units: number[];
  /** Units expected on a day like any other: each SKU's mean over its history times its exposure, in 1/1024. */
  expected: number[];
  /** The same weights times ln price about the SKU's own mean, in 2⁻²⁰. */
  price: number[];
}

const UNITS_SCALE = 2 ** 10;
const PRICE_SCALE = 2 ** 20;

/** What a SKU's days are compared with: its mean units of a whole day on sale, its mean ln price. */
export interface SkuMeans {
  units: number;
  logPrice: number;
}

/** Means over all rows. A SKU that was never on sale has none. */
export function skuMeans(rows: readonly DemandPeriod[]): SkuMeans | null {
  let units = 0;
  let exposure = 0;
  let logPrice = 0;
  for (const row of rows) {
    units += row.units;
    exposure += row.exposure;
    logPrice += row.logPrice;
  }
  if (rows.length === 0 || !(exposure > 0)) return null;
  return { units: units / exposure, logPrice: logPrice / rows.length };
}

const EXPOSURE_MIN = 0.05;

/** Rows of days on which the SKU could be bought. */
export function onSale(rows: readonly DemandPeriod[]): DemandPeriod[] {
  return rows.filter((row) => isUsable(row) && row.exposure >= EXPOSURE_MIN);
}

/** One row's part of the sums. */
function partOf(row: DemandPeriod, means: SkuMeans): [units: number, expected: number, price: number] {
  const weight = means.units * row.exposure;
  return [
    Math.round(UNITS_SCALE * row.units),
    Math.round(UNITS_SCALE * weight),
    Math.round(PRICE_SCALE * weight * (row.logPrice - means.logPrice)),
  ];
}

/** Adds a SKU's rows to its category's sums, in place. */
export function addDays(
  sums: Record<string, DaySums>,
  category: string,
  rows: readonly DemandPeriod[],
): void {
  const usable = onSale(rows);
  const means = skuMeans(usable);
  if (means === null) return;
  const days = spread(sums, category, usable[0]!.t, usable.at(-1)!.t);
  for (const row of usable) {
    const [units, expected, price] = partOf(row, means);
    const at = row.t - days.from;
    days.units[at]! += units;
    days.expected[at]! += expected;
    days.price[at]! += price;
  }
}

/** Adds the sums of a group of SKUs to those of others, in place. */
export function addDaySums(total: Record<string, DaySums>, part: Readonly<Record<string, DaySums>>): void {
  for (const [category, { from, units, expected, price }] of Object.entries(part)) {
    const days = spread(total, category, from, from + units.length - 1);
    units.forEach((value, k) => {
      const at = from - days.from + k;
      days.units[at]! += value;
      days.expected[at]! += expected[k]!;
      days.price[at]! += price[k]!;
    });
  }
}

/** The category's sums, made to reach over the days given. */
function spread(sums: Record<string, DaySums>, category: string, first: number, last: number): DaySums {
  const known = sums[category] ?? { from: first, units: [], expected: [], price: [] };
  sums[category] = known;
  const before = Math.max(0, known.from - first);
  const after = Math.max(0, last - (known.from + known.units.length - 1));
  if (before === 0 && after === 0) return known;
  const wider = (values: readonly number[]) => [
    ...new Array<number>(before).fill(0),
    ...values,
    ...new Array<number>(after).fill(0),
  ];
  known.units = wider(known.units);
  known.expected = wider(known.expected);
  known.price = wider(known.price);
  known.from -= before;
  return known;
}

/** What the others of the category did on a day. */
export interface OthersDay {
  /** ln of their units over the expected ones, shrunk to 0 where they are few. */
  factor: number;
  /** Variance of that logarithm's error. */
  variance: number;
  /** Their mean ln price about its usual, weighted by expected units. */
  logPrice: number;
  /** How much of the factor is kept, 0..1. */
  kept: number;
}

const NOBODY: OthersDay = { factor: 0, variance: 0, logPrice: 0, kept: 0 };
/** Variance of a category's common shock of a day that the shrinkage allows for: an sd of .2. */
const SHOCK_VARIANCE = 0.2 ** 2;
/** Counts of a category vary about this much more than Poisson. */
const DISPERSION = 2;

/** Days to each side of which the category's slow movement is the mean. */
const SLOW_DAYS = 14;

/** The others' sums of a row's day. */
interface OthersSums {
  t: number;
  units: number;
  expected: number;
  logPrice: number;
}

function othersSums(sums: DaySums, row: DemandPeriod, means: SkuMeans): OthersSums | null {
  const at = row.t - sums.from;
  if (!(sums.expected[at]! > 0)) return null;
  const [ownUnits, ownExpected, ownPrice] = partOf(row, means);
  const expected = (sums.expected[at]! - ownExpected) / UNITS_SCALE;
  if (!(expected > 1 / UNITS_SCALE)) return null;
  const units = Math.max(0, sums.units[at]! - ownUnits) / UNITS_SCALE;
  return { t: row.t, units, expected, logPrice: (sums.price[at]! - ownPrice) / PRICE_SCALE / expected };
}

/** ln((units + 1) / (expected + 1)) shrunk to 0, with its precision n = expected / 2 and the share n / (n + 1/.04) kept. */
function shrunk(units: number, expected: number) {
  const precision = expected / DISPERSION;
  const kept = precision / (precision + 1 / SHOCK_VARIANCE);
  return { factor: kept * Math.log((units + 1) / (expected + 1)), kept, variance: (kept * kept) / precision };
}

/**
 * The category on each row's day without the SKU itself: its slow movement, ln of units over the usual ones in the four weeks
 * around, and what the day adds to it. Each is shrunk to 0 by its own precision, so that a small category's season is taken
 * out though its single days are noise.
 *
 * @example 60 units on a day where 40 are usual, and usual weeks around: ln(61/41) = .397, n = 20, kept 20/45 = .44, factor .177.
 */
export function othersOn(
  sums: DaySums | undefined,
  rows: readonly DemandPeriod[],
  means: SkuMeans,
): OthersDay[] {
  if (sums === undefined) return rows.map(() => NOBODY);
  const others = rows.map((row) => othersSums(sums, row, means));
  let [from, to, units, expected] = [0, 0, 0, 0];
  return rows.map(({ t }, i) => {
    for (; to < rows.length && rows[to]!.t <= t + SLOW_DAYS; to++) {
      units += others[to]?.units ?? 0;
      expected += others[to]?.expected ?? 0;
    }
    for (; rows[from]!.t < t - SLOW_DAYS; from++) {
      units -= others[from]?.units ?? 0;
      expected -= others[from]?.expected ?? 0;
    }
    const own = others[i];
    if (!own) return NOBODY;
    const slow = shrunk(units, expected);
    const day = shrunk(own.units, own.expected * Math.exp(slow.factor));
    return {
      factor: slow.factor + day.factor,
      variance: day.variance,
      logPrice: own.logPrice,
      kept: day.kept,
    };
  });
}
