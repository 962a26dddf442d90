import { type PriceParts, priceParts } from "./price-parts.ts";
import type { DemandPeriod } from "./series.ts";
import { isUsable } from "./state.ts";

/** Totals of SKUs day by day: whole numbers, so that they do not depend on the order or grouping of the SKUs. */
interface DayTotals {
  /** Units sold, in 1/1024. */
  units: number[];
  /** Units expected on a day like any other: each SKU's usual units times its exposure, in 1/1024. */
  expected: number[];
  /** The same weights times ln price about the SKU's usual one, in 2⁻²⁰. */
  price: number[];
}

/** What the SKUs of one category sold, were expected to sell and charged. Plain JSON. */
export interface DaySums {
  /** Day number of the first entry. */
  from: number;
  all: DayTotals;
  /** Of those alone whose price was not cut for a while, reported as a promotion or not. */
  quiet: DayTotals;
}

const UNITS_SCALE = 2 ** 10;
const PRICE_SCALE = 2 ** 20;

/** Units of a whole day on sale, and ln price, in the mean. */
export interface SkuMeans {
  units: number;
  logPrice: number;
}

/** Means over rows. A SKU that was never on sale has none. */
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

/** What a SKU's days are compared with in its category. */
export interface Usual extends SkuMeans {
  /** Of each row whether its price was not cut for a while. */
  isQuiet: readonly boolean[];
}

const QUIET_ROWS_MIN = 28;

/** Means over a SKU's quiet rows, or over all where those are few. */
export function usualOf(
  rows: readonly DemandPeriod[],
  parts: Pick<PriceParts, "dips" | "promoted">,
): Usual | null {
  const isQuiet = rows.map((_, i) => parts.dips[i] === 0 && parts.promoted[i] === 0);
  const quiet = rows.filter((_, i) => isQuiet[i]);
  const means = (quiet.length < QUIET_ROWS_MIN ? null : skuMeans(quiet)) ?? skuMeans(rows);
  return means && { ...means, isQuiet };
}

const EXPOSURE_MIN = 0.05;

/** Rows of days on which the SKU could be bought. */
export function onSale(rows: readonly DemandPeriod[]): DemandPeriod[] {
  return rows.filter((row) => isUsable(row) && row.exposure >= EXPOSURE_MIN);
}

/** One row's part of the sums. */
function partOf(row: DemandPeriod, usual: SkuMeans): [units: number, expected: number, price: number] {
  const weight = usual.units * row.exposure;
  return [
    Math.round(UNITS_SCALE * row.units),
    Math.round(UNITS_SCALE * weight),
    Math.round(PRICE_SCALE * weight * (row.logPrice - usual.logPrice)),
  ];
}

/** Adds a SKU's rows to its category's sums, in place. */
export function addDays(
  sums: Record<string, DaySums>,
  category: string,
  rows: readonly DemandPeriod[],
): void {
  const usable = onSale(rows);
  const usual = usualOf(usable, priceParts(usable, 0));
  if (usual === null) return;
  const days = spread(sums, category, usable[0]!.t, usable.at(-1)!.t);
  usable.forEach((row, i) => {
    const part = partOf(row, usual);
    addTo(days.all, row.t - days.from, part);
    if (usual.isQuiet[i]) addTo(days.quiet, row.t - days.from, part);
  });
}

function addTo(
  totals: DayTotals,
  at: number,
  [units, expected, price]: readonly [units: number, expected: number, price: number],
): void {
  totals.units[at]! += units;
  totals.expected[at]! += expected;
  totals.price[at]! += price;
}

/** Adds the sums of a group of SKUs to those of others, in place. */
export function addDaySums(total: Record<string, DaySums>, part: Readonly<Record<string, DaySums>>): void {
  for (const [category, sums] of Object.entries(part)) {
    const length = sums.all.units.length;
    const days = spread(total, category, sums.from, sums.from + length - 1);
    for (const which of ["all", "quiet"] as const) {
      const { units, expected, price } = sums[which];
      for (let k = 0; k < length; k++)
        addTo(days[which], sums.from - days.from + k, [units[k]!, expected[k]!, price[k]!]);
    }
  }
}

const noTotals = (): DayTotals => ({ units: [], expected: [], price: [] });

/** The category's sums, made to reach over the days given. */
function spread(sums: Record<string, DaySums>, category: string, first: number, last: number): DaySums {
  const known = sums[category] ?? { from: first, all: noTotals(), quiet: noTotals() };
  sums[category] = known;
  const before = Math.max(0, known.from - first);
  const after = Math.max(0, last - (known.from + known.all.units.length - 1));
  if (before === 0 && after === 0) return known;
  const wider = (values: readonly number[]) => [
    ...new Array<number>(before).fill(0),
    ...values,
    ...new Array<number>(after).fill(0),
  ];
  for (const totals of [known.all, known.quiet]) {
    totals.units = wider(totals.units);
    totals.expected = wider(totals.expected);
    totals.price = wider(totals.price);
  }
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

/** Share of a category that has to be quiet on a day for it to be told by that alone. */
const QUIET_SHARE = 0.5;

/**
 * The others of the category on a SKU's day. Promotions bring units that have nothing to do with how the category goes: what is
 * quiet tells it, unless most of the category is not.
 */
function othersSums(sums: DaySums, row: DemandPeriod, usual: Usual, isQuiet: boolean): OthersSums | null {
  const at = row.t - sums.from;
  const own = partOf(row, usual);
  const all = withoutOwn(sums.all, at, own);
  const quiet = withoutOwn(sums.quiet, at, isQuiet ? own : [0, 0, 0]);
  const { units, expected, price } = quiet.expected >= QUIET_SHARE * all.expected ? quiet : all;
  if (!(expected > 1 / UNITS_SCALE)) return null;
  return { t: row.t, units: Math.max(0, units), expected, logPrice: price / expected };
}

/** A day's totals less a SKU's own part, in units. */
function withoutOwn({ units, expected, price }: DayTotals, at: number, own: readonly number[]) {
  return {
    units: ((units[at] ?? 0) - own[0]!) / UNITS_SCALE,
    expected: ((expected[at] ?? 0) - own[1]!) / UNITS_SCALE,
    price: ((price[at] ?? 0) - own[2]!) / PRICE_SCALE,
  };
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
  usual: Usual,
): OthersDay[] {
  if (sums === undefined) return rows.map(() => NOBODY);
  const others = rows.map((row, i) => othersSums(sums, row, usual, usual.isQuiet[i]!));
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
