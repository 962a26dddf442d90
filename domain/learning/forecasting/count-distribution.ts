import { normalQuantile } from "../../base/normal.ts";
import { negativeBinomialCdf, negativeBinomialUpperTail } from "../../base/special-functions.ts";

/** sizes above it are Poisson to every digit shown */
const MAX_SIZE = 1e6;
/** beyond this many terms a sum is slower than the closed forms */
const MAX_TERMS = 600;
/** exp(−700) is the smallest start a sum can have */
const MAX_LOG_START = 700;

/**
 * Size k of the negative binomial with the given mean and variance m + m²/k; Poisson (k = 10⁶) when variance
 * ≤ mean.
 */
function sizeOf(mean: number, variance: number): number {
  const excess = variance - mean;
  return excess > (mean * mean) / MAX_SIZE ? (mean * mean) / excess : MAX_SIZE;
}

/**
 * Quantiles of the negative binomial with the given mean ≥ 0 and variance, for ascending probabilities in (0,
 * 1): the smallest count whose distribution function reaches each. Exact sums for small counts; for large
 * ones the gamma limit by Wilson & Hilferty (1931, PNAS 17), whose relative error is below 1 % for the shapes
 * ≥ 1 it is used for; else bisection on the incomplete beta function.
 *
 * @example countQuantiles(2, 4, [0.1, 0.5, 0.9]) // [0, 1, 5]
 */
export function countQuantiles(mean: number, variance: number, probabilities: readonly number[]): number[] {
  if (!(mean > 0)) return probabilities.map(() => 0);
  const size = sizeOf(mean, variance);
  const reach = mean + 6 * Math.sqrt(variance);
  if (reach <= MAX_TERMS && -logZero(mean, size) < MAX_LOG_START) return summed(mean, size, probabilities);
  const shape = (mean * mean) / Math.max(variance, mean);
  return probabilities.map((p) =>
    shape >= 1 ? Math.round(gammaQuantile(shape, mean, p)) : bisected(mean, size, p, reach),
  );
}

/**
 * P(count ≥ threshold) of the same distribution, by summation for small thresholds.
 *
 * @example countUpperTail(3, 2, 4) // 0.3125
 */
export function countUpperTail(threshold: number, mean: number, variance: number): number {
  const count = Math.ceil(threshold);
  if (count <= 0) return 1;
  if (!(mean > 0)) return 0;
  const size = sizeOf(mean, variance);
  const logStart = logZero(mean, size);
  if (count > MAX_TERMS / 8 || -logStart > MAX_LOG_START) return negativeBinomialUpperTail(count, mean, size);
  const ratio = mean / (size + mean);
  let term = Math.exp(logStart);
  let below = 0;
  for (let k = 0; k < count; k++) {
    below += term;
    term *= ((k + size) / (k + 1)) * ratio;
  }
  return Math.max(0, 1 - below);
}

/** ln P(count = 0) */
function logZero(mean: number, size: number): number {
  return -size * Math.log1p(mean / size);
}

function summed(mean: number, size: number, probabilities: readonly number[]): number[] {
  const ratio = mean / (size + mean);
  let term = Math.exp(logZero(mean, size));
  let cumulative = term;
  let count = 0;
  const quantiles: number[] = [];
  for (let i = 0; i < probabilities.length; i++) {
    while (cumulative < probabilities[i]! && count < 20 * MAX_TERMS) {
      term *= ((count + size) / (count + 1)) * ratio;
      count++;
      cumulative += term;
    }
    quantiles.push(count);
  }
  return quantiles;
}

function gammaQuantile(shape: number, mean: number, p: number): number {
  const c = 1 / (9 * shape);
  return mean * Math.max(0, 1 - c + normalQuantile(p) * Math.sqrt(c)) ** 3;
}

function bisected(mean: number, size: number, p: number, reach: number): number {
  let low = -1;
  let high = Math.ceil(reach);
  while (negativeBinomialCdf(high, mean, size) < p) high *= 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (negativeBinomialCdf(middle, mean, size) >= p) high = middle;
    else low = middle;
  }
  return high;
}
