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
  /** share of our log change that its price makes within three days, 0..1; 0 unless it is a follower */
  passThrough: number;
}

const LAGS = 3;
const CUT = -0.005;
const FOLLOWED_SHARE = 0.25;
const RATE = 0.4;
const CONFIDENCE = 0.9;
/** cuts of ours from which on a competitor may be called a follower */
export const MIN_CUTS = 5;
/** ridge on the lag coefficients, in squared log price: about one change of 5 % */
const RIDGE = 0.0025;

/**
 * Follower detection from two daily series of log prices of the same days (NaN = not seen). A cut of ours
 * (more than 0.5 %) is followed when the competitor's price falls by at least a quarter of it within the next
 * three days. Follower: at least five cuts and P(rate > 0.4 | Beta(1, 1) prior) > 0.9. The pass-through is
 * the sum of the ridge coefficients of the competitor's daily changes on our changes of the three days
 * before.
 *
 * @throws RangeError when the series differ in length
 * @example five cuts of ours, each repeated two days later
 * // cuts 5, followed 5, probability 1 − 0.4⁶ = 0.9959, follower, passThrough 0.94
 */
export function detectFollower(own: ArrayLike<number>, competitor: ArrayLike<number>): Reaction {
  if (own.length !== competitor.length) throw new RangeError("series of different lengths");
  const ownChange = changes(own);
  let cuts = 0;
  let followed = 0;
  for (let t = 1; t + LAGS < own.length; t++) {
    const cut = ownChange[t]!;
    if (!(cut < CUT)) continue;
    let least = Number.POSITIVE_INFINITY;
    for (let lag = 1; lag <= LAGS; lag++) least = Math.min(least, competitor[t + lag]!);
    const fall = least - competitor[t]!;
    if (!Number.isFinite(fall)) continue;
    cuts++;
    if (fall <= FOLLOWED_SHARE * cut) followed++;
  }
  const probability = 1 - betaI(RATE, 1 + followed, 1 + cuts - followed);
  const follower = cuts >= MIN_CUTS && probability > CONFIDENCE;
  return {
    follower,
    cuts,
    followed,
    probability,
    passThrough: follower ? passThrough(ownChange, changes(competitor)) : 0,
  };
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
