import type { DemandPeriod } from "./series.ts";

/** Parts of a price by how far their variation can be trusted. */
export type PricePart = "regular" | "proposed" | "dips" | "promoted" | "drawn";

/** A SKU's ln price about its mean, split by how far each part of its variation can be trusted. They add up to it. */
export interface PriceParts {
  /** Everything that is not in the others. */
  regular: Float64Array;
  /** While the price is a proposal's, the distance from the last usual price that was none. */
  proposed: Float64Array;
  /** Cuts below the price that is usual around the day, not reported as promotions. */
  dips: Float64Array;
  /** On days reported as promotions, the distance from the last price that was none. */
  promoted: Float64Array;
  /** What was drawn at random. */
  drawn: Float64Array;
  hasProposed: boolean;
  hasDips: boolean;
  hasPromoted: boolean;
  hasDrawn: boolean;
  /** Times the shop changed the price itself. */
  changes: number;
}

/** A cut smaller than this is no promotion. */
const DIP_MIN = 0.02;
/**
 * The usual price of a day: the one of more than half of the rows of the six weeks before and after; where there is none,
 * because the price then moved for good, of those before it alone, or after it.
 */
const USUAL_DAYS = 42;
const USUAL_SHARE = 0.5;
/** Prices this near are the same. */
const STEP = 1e-3;

/** Splits the prices of a SKU's rows. */
export function priceParts(rows: readonly DemandPeriod[], mean: number): PriceParts {
  const n = rows.length;
  const parts: PriceParts = {
    regular: new Float64Array(n),
    proposed: new Float64Array(n),
    dips: new Float64Array(n),
    promoted: new Float64Array(n),
    drawn: new Float64Array(n),
    hasProposed: false,
    hasDips: false,
    hasPromoted: false,
    hasDrawn: false,
    changes: 0,
  };
  for (let i = 0; i < n; i++) {
    const step = rows[i]!.randomStep ?? 0;
    parts.drawn[i] = step;
    parts.regular[i] = rows[i]!.logPrice - mean - step;
    if (step !== 0) parts.hasDrawn = true;
    if (i > 0 && !rows[i]!.proposed && levelOf(parts, i) !== levelOf(parts, i - 1)) parts.changes++;
  }
  takePromoted(parts, rows);
  takeDips(parts, rows);
  takeProposed(parts, rows);
  return parts;
}

function levelOf({ regular }: PriceParts, i: number): number {
  return Math.round(regular[i]! / STEP);
}

/** Moves what a promotion's price is off the last price without one from `regular` to `promoted`. */
function takePromoted(parts: PriceParts, rows: readonly DemandPeriod[]): void {
  let usual: number | null = null;
  rows.forEach(({ covariates }, i) => {
    if (!covariates?.some((value) => value !== 0)) usual = parts.regular[i]!;
    else if (usual !== null) {
      parts.promoted[i] = parts.regular[i]! - usual;
      parts.regular[i] = usual;
      parts.hasPromoted = true;
    }
  });
}

/** Moves what proposals moved the usual price by from `regular` to `proposed`. */
function takeProposed(parts: PriceParts, rows: readonly DemandPeriod[]): void {
  let isOurs = false;
  let before: number | null = null;
  rows.forEach(({ proposed = false, covariates }, i) => {
    const usual = parts.regular[i]!;
    // a promotion is a visit of another price to the one that is usual
    if (!covariates?.some((value) => value !== 0)) isOurs = proposed;
    if (!isOurs || before === null) before = usual;
    else {
      parts.proposed[i] = usual - before;
      parts.regular[i] = before;
      if (parts.proposed[i] !== 0) parts.hasProposed = true;
    }
  });
}

/** Moves every cut of the shop's own below the usual price from `regular` to `dips`. */
function takeDips(parts: PriceParts, rows: readonly DemandPeriod[]): void {
  const own = [...rows.keys()].filter((i) => !rows[i]!.proposed);
  const days = own.map((i) => ({ t: rows[i]!.t, level: levelOf(parts, i) }));
  const around = usualPrices(days, USUAL_DAYS, USUAL_DAYS);
  const before = usualPrices(days, USUAL_DAYS, 0);
  const after = usualPrices(days, 0, USUAL_DAYS);
  own.forEach((i, k) => {
    const usual = [around[k]!, before[k]!, after[k]!].find((price) => !Number.isNaN(price));
    if (usual === undefined) return;
    const dip = parts.regular[i]! - usual;
    if (!(dip < -DIP_MIN)) return;
    parts.dips[i] = dip;
    parts.regular[i] = usual;
    parts.hasDips = true;
  });
}

/** Of each row, the price of more than half of the rows of so many days before and after it; NaN without one. */
function usualPrices(
  rows: readonly { t: number; level: number }[],
  daysBefore: number,
  daysAfter: number,
): Float64Array {
  const n = rows.length;
  const counts = new Map<number, number>();
  const usual = new Float64Array(n).fill(Number.NaN);
  let from = 0;
  let to = 0;
  for (let i = 0; i < n; i++) {
    for (; to < n && rows[to]!.t - rows[i]!.t <= daysAfter; to++) {
      const { level } = rows[to]!;
      counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    for (; rows[i]!.t - rows[from]!.t > daysBefore; from++) {
      const { level } = rows[from]!;
      counts.set(level, counts.get(level)! - 1);
    }
    for (const [level, count] of counts) if (count > USUAL_SHARE * (to - from)) usual[i] = level * STEP;
  }
  return usual;
}

const LAG_MIN = 14;
const LAG_MAX = 200;
const CYCLE_CORRELATION = 0.6;
/** A correlation this many standard errors from 0 does not come about by chance among all lags; .75 is always enough. */
const CYCLE_Z = 3.5;
const CYCLE_SURE = 0.75;
/** Two of something are no cycle. */
const CYCLES_MIN = 3;

/**
 * Whether prices repeat themselves: the lag in days, two weeks to a third of the history, at which the unexplained price
 * correlates most with itself; null below .6, or where so few changes could do so by chance. What recurs in a SKU's own
 * cycle may have been timed by demand, and nothing in history tells.
 *
 * @example Two weeks of 20 % off every 13 weeks for a year: correlation 1 at lag 91.
 */
export function priceCycle(unexplained: ArrayLike<number>, changes: number): number | null {
  const n = unexplained.length;
  let best = 0;
  let lag = 0;
  for (let k = LAG_MIN; k <= Math.min(LAG_MAX, Math.floor(n / CYCLES_MIN)); k++) {
    let product = 0;
    let now = 0;
    let before = 0;
    for (let i = k; i < n; i++) {
      const a = unexplained[i]!;
      const b = unexplained[i - k]!;
      product += a * b;
      now += a * a;
      before += b * b;
    }
    const correlation = product / Math.sqrt(Math.max(now * before, 1e-18));
    if (correlation <= best) continue;
    best = correlation;
    lag = k;
  }
  const independent = (changes * (n - lag)) / n;
  const chance = Math.min(CYCLE_SURE, CYCLE_Z / Math.sqrt(Math.max(independent, 1)));
  return best < Math.max(CYCLE_CORRELATION, chance) ? null : lag;
}
