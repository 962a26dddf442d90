import { studentQuantile } from "../base/student.ts";
import type { SkuDays } from "./sku-days.ts";

/** Days before a change that its effect is measured against, and the fewest. */
export const OUTCOME_BEFORE = 28;
const BEFORE_LEAST = 14;
/** Days after a change over which its effect is measured, and from which on it is looked at. */
export const OUTCOME_DAYS = 14;
export const OUTCOME_LEAST = 3;
/** Sold out for more of a day than this, its sales say nothing of the price. */
const SOLD_OUT = 0.5;
/** Unchanged products that a change is compared with at least. */
const CONTROLS_LEAST = 5;

/** Products of like volume: doubling steps of units a day. */
function volumeBand(unitsPerDay: number): number {
  return Math.min(8, Math.max(-4, Math.floor(Math.log2(Math.max(unitsPerDay, 1 / 16)))));
}

/** Log growths of unchanged products over the same days: how many, their sum and sum of squares. */
interface Growths {
  n: number;
  sum: number;
  squares: number;
}

/** By `category`, volume band and days since the change; the empty category is the whole catalogue. */
export type PlaceboGrowths = Record<string, Growths>;

function keyOf(category: string, band: number | "all", age: number): string {
  return JSON.stringify([category, band, age]);
}

interface Growth {
  log: number;
  before: number;
  after: number;
}

/**
 * ln of units a day after over before a change on day `change`, `age` days later, over days on sale; half a unit is added to
 * both so that none is zero. Null with too few days.
 */
function growthOf(days: SkuDays, change: number, age: number, before = OUTCOME_BEFORE): Growth | null {
  const mean = (from: number, to: number) => {
    let [sum, count] = [0, 0];
    for (let day = from; day <= to; day++) {
      const at = day - days.first;
      if (at < 0 || at >= days.units.length || days.soldOut[at]! > SOLD_OUT) continue;
      sum += days.units[at]!;
      count++;
    }
    return { sum, count };
  };
  const [pre, post] = [mean(change - before, change - 1), mean(change + 1, change + age)];
  if (pre.count < BEFORE_LEAST || post.count < OUTCOME_LEAST || pre.sum === 0) return null;
  const log = Math.log((post.sum + 0.5) / post.count) - Math.log((pre.sum + 0.5) / pre.count);
  return { log, before: pre.sum / pre.count, after: post.sum / post.count };
}

/** Adds what an unchanged product did over the days that a change of any age would be measured by. */
export function addPlacebo(growths: PlaceboGrowths, category: string, days: SkuDays, today: number): void {
  for (let age = OUTCOME_LEAST; age <= OUTCOME_DAYS; age++) {
    const growth = growthOf(days, today - 1 - age, age);
    if (growth === null) continue;
    const band = volumeBand(growth.before);
    for (const key of [keyOf(category, band, age), keyOf(category, "all", age), keyOf("", band, age)]) {
      const sums = growths[key] ?? { n: 0, sum: 0, squares: 0 };
      sums.n += 1;
      sums.sum += growth.log;
      sums.squares += growth.log ** 2;
      growths[key] = sums;
    }
  }
}

export function joinPlacebos(parts: readonly PlaceboGrowths[]): PlaceboGrowths {
  const joined: PlaceboGrowths = {};
  for (const part of parts)
    for (const [key, { n, sum, squares }] of Object.entries(part)) {
      const sums = joined[key] ?? { n: 0, sum: 0, squares: 0 };
      joined[key] = { n: sums.n + n, sum: sums.sum + sum, squares: sums.squares + squares };
    }
  return joined;
}

/** A price that a proposal changed, with what was expected of it. Money in minor units, of a day. */
export interface PriceChangeMeasured {
  seq: number;
  sku: string;
  proposalId: string;
  category: string;
  currency: string;
  from: number;
  to: number;
  at: number;
  /** number of its civil day */
  day: number;
  /** full days since, up to the next change */
  age: number;
  /** days before it at the price before */
  before: number;
  /** what a unit earned at the price before and after, and its net price */
  unit: { before: number; after: number; net: number };
  pGain: number;
  /** the price was drawn to learn from, not chosen for its gain */
  isTrial: boolean;
  /** change of units, revenue and profit that was expected, of a day */
  expected: { units: number; revenue: number; profit: number; revenueThen: number };
  /** no further day will count */
  isFinal: boolean;
  growth: Growth | null;
}

/** What came of a changed price. Money in minor units, of a day. */
export interface PriceOutcome {
  /** unchanged products that it is compared with: of its category and volume, or more broadly */
  controls: number;
  matched: "category and volume" | "category" | "volume";
  actual: { units: number; revenue: number; profit: number };
  /** against what would have been at the price before */
  effect: { units: number; profit: number; interval80: [number, number] };
  /** the effect as a share of the profit before, and the standard deviation of its logarithm */
  share: number;
  shareSd: number;
  /** the effect that was expected, as such a share; null where no profit was expected at the price before */
  expectedShare: number | null;
  /** revenue below what was expected by more than the setting allows, with certainty */
  alarm: string | null;
}

/** The product's own growth over a change's days, to be compared with the placebos' by `outcomeOf`. */
export function changeGrowth(
  days: SkuDays,
  change: { day: number; age: number; before: number },
): Growth | null {
  return growthOf(days, change.day, change.age, Math.min(OUTCOME_BEFORE, change.before));
}

/**
 * The effect of a changed price: its growth in units beyond that of unchanged products of its category and volume over the
 * same days (difference in differences of logs), with an interval from how much theirs differ among each other. Null where
 * there is nothing to compare with.
 */
export function outcomeOf(
  change: PriceChangeMeasured,
  placebos: PlaceboGrowths,
  { revenueMiss }: { revenueMiss: number },
): PriceOutcome | null {
  const { growth, category, age, unit } = change;
  if (growth === null || unit.before <= 0) return null;
  const band = volumeBand(growth.before);
  const choices = [
    ["category and volume", keyOf(category, band, age)],
    ["category", keyOf(category, "all", age)],
    ["volume", keyOf("", band, age)],
  ] as const;
  const found = choices.find(([, key]) => (placebos[key]?.n ?? 0) >= CONTROLS_LEAST);
  if (!found) return null;
  const { n, sum, squares } = placebos[found[1]]!;
  const mean = sum / n;
  const spread = Math.sqrt(Math.max(0, (squares - n * mean * mean) / (n - 1)) * (1 + 1 / n));
  const excess = growth.log - mean;
  const { after } = growth;
  // where nothing was sold, half a unit, as the growth has it
  const level = after > 0 ? after : 0.5 / age;
  const without = (log: number) => level * Math.exp(-log);
  const profitBy = (log: number) => unit.after * after - unit.before * without(log);
  const kept = without(excess);
  const reach = studentQuantile(0.9, n - 1) * spread;
  const interval80: [number, number] = [profitBy(excess - reach), profitBy(excess + reach)];
  const revenue = unit.net * after;
  return {
    ...{ controls: n, matched: found[0] },
    actual: { units: after, revenue, profit: unit.after * after },
    effect: { units: after - kept, profit: profitBy(excess), interval80 },
    share: (unit.after / unit.before) * Math.exp(excess) - 1,
    // of Student's t distribution: the spread is known from few
    shareSd: spread * Math.sqrt((n - 1) / (n - 3)),
    expectedShare: expectedShareOf(change),
    alarm: alarmOf(change, revenue, reach, revenueMiss),
  };
}

function expectedShareOf({ expected, unit }: PriceChangeMeasured): number | null {
  const before = (expected.revenueThen / unit.net) * unit.after - expected.profit;
  return before > 0 ? expected.profit / before : null;
}

/** Less revenue than expected by more than is allowed, and even the favourable end of the interval is below it. */
function alarmOf(
  { expected }: PriceChangeMeasured,
  revenue: number,
  reach: number,
  allowed: number,
): string | null {
  const { revenueThen } = expected;
  if (!(revenueThen > 0)) return null;
  const miss = 1 - revenue / revenueThen;
  const isCertain = revenue * Math.exp(reach) < revenueThen;
  if (miss <= allowed || !isCertain) return null;
  return `revenue is ${Math.round(miss * 100)} % below what was expected`;
}
