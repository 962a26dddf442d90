import { normalCdf } from "../base/normal.ts";
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
const Z80 = 1.2815515655446004;

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
  /** the effect as a share of the profit before, and its standard deviation */
  share: number;
  shareSd: number;
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
  const interval80: [number, number] = [profitBy(excess - Z80 * spread), profitBy(excess + Z80 * spread)];
  const revenue = unit.net * after;
  return {
    ...{ controls: n, matched: found[0] },
    actual: { units: after, revenue, profit: unit.after * after },
    effect: { units: after - kept, profit: profitBy(excess), interval80 },
    share: profitBy(excess) / (unit.before * kept),
    shareSd: spread,
    alarm: alarmOf(change, revenue, spread, revenueMiss),
  };
}

/** Less revenue than expected by more than is allowed, and even the favourable end of the interval is below it. */
function alarmOf(
  { expected }: PriceChangeMeasured,
  revenue: number,
  spread: number,
  allowed: number,
): string | null {
  const { revenueThen } = expected;
  if (!(revenueThen > 0)) return null;
  const miss = 1 - revenue / revenueThen;
  const isCertain = revenue * Math.exp(Z80 * spread) < revenueThen;
  if (miss <= allowed || !isCertain) return null;
  return `revenue is ${Math.round(miss * 100)} % below what was expected`;
}

/** One class of stated probabilities: what was said, and the share of the changes that came out as gains. */
export interface CalibrationBin {
  from: number;
  to: number;
  n: number;
  said: number;
  /** null with too few outcomes */
  came: number | null;
}

const BIN_LEAST = 10;
const BIN_EDGES = [0, 0.6, 0.7, 0.8, 0.9, 0.95, 1] as const;

/**
 * How often a gain came where one was said to come with some probability. A measured effect is noisy, so that the plain
 * share of positive ones would tend to a half: the effects of a class are taken to be normal, their mean and spread without
 * the noise estimated as DerSimonian and Laird (1986) do, and the share above zero follows.
 */
export function calibration(
  outcomes: readonly { pGain: number; share: number; shareSd: number }[],
): CalibrationBin[] {
  return BIN_EDGES.slice(0, -1).flatMap((from, i) => {
    const to = BIN_EDGES[i + 1]!;
    const bin = outcomes.filter(
      ({ pGain, shareSd }) => pGain >= from && (pGain < to || to === 1) && shareSd > 0,
    );
    if (bin.length === 0) return [];
    const said = bin.reduce((sum, { pGain }) => sum + pGain, 0) / bin.length;
    return [{ from, to, n: bin.length, said, came: bin.length < BIN_LEAST ? null : gainShare(bin) }];
  });
}

/** The share of true effects above zero. */
export function gainShare(effects: readonly { share: number; shareSd: number }[]): number {
  const fixed = effects.map(({ shareSd }) => 1 / shareSd ** 2);
  const total = fixed.reduce((sum, w) => sum + w, 0);
  const centre = effects.reduce((sum, { share }, i) => sum + fixed[i]! * share, 0) / total;
  const q = effects.reduce((sum, { share }, i) => sum + fixed[i]! * (share - centre) ** 2, 0);
  const scale = total - fixed.reduce((sum, w) => sum + w * w, 0) / total;
  const between = Math.max(0, (q - (effects.length - 1)) / scale);
  const weights = effects.map(({ shareSd }) => 1 / (shareSd ** 2 + between));
  const sum = weights.reduce((all, w) => all + w, 0);
  const mean = effects.reduce((all, { share }, i) => all + weights[i]! * share, 0) / sum;
  if (between === 0) return normalCdf(mean * Math.sqrt(sum));
  return normalCdf(mean / Math.sqrt(between));
}
