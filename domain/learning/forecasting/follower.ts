import { apply, inverse } from "../../base/matrix.ts";
import { betaI } from "../../base/special-functions.ts";

/** How a competitor reacts to our price changes. */
export interface Reaction {
  follower: boolean;
  /** our cuts with three observed days after them, and those that were followed */
  cuts: number;
  followed: number;
  /** P(rate of following > 0.4) under a uniform prior */
  probability: number;
  /** P(it falls more often after our cuts than without them) */
  beyondChance: number;
  /** share of our log change that its price makes within three days, 0..1; 0 unless it is a follower */
  passThrough: number;
}

const LAGS = 3;
const CUT = -0.005;
const FOLLOWED_SHARE = 0.25;
const RATE = 0.4;
const CONFIDENCE = 0.9;
/** How sure it has to be that the competitor falls more often after our cuts than it does anyway. */
const BEYOND_CHANCE = 0.95;
/** Before any day is seen a competitor falls within three days one time in four: Beta(1, 3), for prices are sticky. */
const STICKY = 3;
/** cuts of ours from which on a competitor may be called a follower */
export const MIN_CUTS = 5;
/** ridge on the lag coefficients, in squared log price: about one change of 5 % */
const RIDGE = 0.0025;

/**
 * Follower detection from two daily series of log prices of the same days (NaN = not seen). A cut of ours
 * (more than 0.5 %) is followed when the competitor's price falls by at least a quarter of it within the next
 * three days. Follower: at least five cuts, P(rate > 0.4 | Beta(1, 1) prior) > 0.9, and P(rate > base rate) > 0.95: who
 * often reprices falls within three days of many of our cuts without looking at us, so the base rate is how often it
 * falls as far when we do not cut. The pass-through is the sum of the ridge coefficients of the competitor's daily
 * changes on our changes of the three days before.
 *
 * @throws RangeError when the series differ in length
 * @example five cuts of ours, each repeated two days later, and no other change
 * // cuts 5, followed 5, probability 1 − 0.4⁶ = 0.9959, follower, passThrough 0.94
 */
export function detectFollower(own: ArrayLike<number>, competitor: ArrayLike<number>): Reaction {
  if (own.length !== competitor.length) throw new RangeError("series of different lengths");
  const ownChange = changes(own);
  const { cuts, followed, depth } = afterCuts(ownChange, competitor);
  const probability = 1 - betaI(RATE, 1 + followed, 1 + cuts - followed);
  const mayFollow = cuts >= MIN_CUTS && probability > CONFIDENCE;
  const beyondChance = mayFollow
    ? chanceAbove({ hits: followed, of: cuts }, fallsAnyway(ownChange, competitor, depth))
    : 0;
  const follower = mayFollow && beyondChance > BEYOND_CHANCE;
  return {
    follower,
    cuts,
    followed,
    probability,
    beyondChance,
    passThrough: follower ? passThrough(ownChange, changes(competitor)) : 0,
  };
}

/** Our cuts with three observed days after them, those that were followed, and their mean depth in ln price. */
function afterCuts(ownChange: Float64Array, competitor: ArrayLike<number>) {
  let [cuts, followed, depth] = [0, 0, 0];
  for (let t = 1; t + LAGS < ownChange.length; t++) {
    const cut = ownChange[t]!;
    if (!(cut < CUT)) continue;
    const fall = fallAfter(competitor, t);
    if (!Number.isFinite(fall)) continue;
    cuts++;
    depth += cut;
    if (fall <= FOLLOWED_SHARE * cut) followed++;
  }
  return { cuts, followed, depth: depth / Math.max(1, cuts) };
}

/** The competitor's lowest ln price of the three days after day t, less that of the day; NaN where one is not seen. */
function fallAfter(competitor: ArrayLike<number>, t: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let lag = 1; lag <= LAGS; lag++) least = Math.min(least, competitor[t + lag]!);
  return least - competitor[t]!;
}

interface Share {
  hits: number;
  of: number;
}

/**
 * How often the competitor falls as far as after one of our cuts around days without any cut of ours. Windows of three
 * days overlap: each counts a third.
 */
function fallsAnyway(ownChange: Float64Array, competitor: ArrayLike<number>, depth: number): Share {
  let [hits, of] = [0, 0];
  for (let t = 1; t + LAGS < ownChange.length; t++) {
    if (NEAR.some((lag) => ownChange[t + lag]! < CUT)) continue;
    const fall = fallAfter(competitor, t);
    if (!Number.isFinite(fall)) continue;
    of++;
    if (fall <= FOLLOWED_SHARE * depth) hits++;
  }
  return { hits: hits / LAGS, of: of / LAGS };
}

/** Days from a window's first on which a cut of ours could be what the competitor answers. */
const NEAR = [-2, -1, 0, 1, 2];

const GRID = 64;

/** P(rate a > rate b), a under a uniform prior and b under that of sticky prices: ∫ (1 − F_a) dF_b on a grid. */
function chanceAbove(a: Share, b: Share): number {
  let chance = 0;
  let below = 0;
  for (let i = 1; i <= GRID; i++) {
    const next = betaI(i / GRID, 1 + b.hits, STICKY + b.of - b.hits);
    const above = 1 - betaI((i - 0.5) / GRID, 1 + a.hits, 1 + a.of - a.hits);
    chance += (next - below) * above;
    below = next;
  }
  return chance;
}

function changes(series: ArrayLike<number>): Float64Array {
  const change = new Float64Array(series.length);
  for (let t = 0; t < change.length; t++) change[t] = t === 0 ? Number.NaN : series[t]! - series[t - 1]!;
  return change;
}

function passThrough(own: Float64Array, theirs: Float64Array): number {
  const products = new Array<number>(LAGS * LAGS).fill(0);
  const target = new Array<number>(LAGS).fill(0);
  for (let k = 0; k < LAGS; k++) products[k * LAGS + k] = RIDGE;
  for (let t = LAGS + 1; t < own.length; t++) {
    const [a, b, c] = [own[t - 1]!, own[t - 2]!, own[t - 3]!];
    // where none of our last three prices changed, the sums do not change either
    if ((a === 0 && b === 0 && c === 0) || !Number.isFinite(theirs[t]! + a + b + c)) continue;
    const lagged = [a, b, c];
    for (let i = 0; i < LAGS; i++) {
      target[i]! += lagged[i]! * theirs[t]!;
      for (let j = 0; j < LAGS; j++) products[i * LAGS + j]! += lagged[i]! * lagged[j]!;
    }
  }
  const total = apply(inverse(products, LAGS), target).reduce((sum, b) => sum + b, 0);
  return Math.min(1, Math.max(0, total));
}
