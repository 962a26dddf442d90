/**
 * Inference that stays valid however often one looks: the normal-mixture confidence sequence (Robbins 1970; Waudby-Smith
 * et al. 2024, Annals of Statistics, arXiv 2103.06476). It is self-normalised: the variance is the sum of the squared
 * differences themselves, so that it needs no estimate of how noisy a shop is.
 */

/** How the width is spread over time: narrowest where the planned variance is reached. */
const TUNING_LEVEL = 0.05;

/**
 * The share of the planned variance at which the mixture is centred is 1 / this: −2 ln α + ln(−2 ln α + 1) at α = .05.
 */
const TUNING = -2 * Math.log(TUNING_LEVEL) + Math.log(-2 * Math.log(TUNING_LEVEL) + 1);

/** A sequence of differences so far: their number, sum and sum of squares. */
export interface Sums {
  n: number;
  sum: number;
  squares: number;
}

export function sumsOf(differences: readonly number[]): Sums {
  let [sum, squares] = [0, 0];
  for (const one of differences) {
    sum += one;
    squares += one * one;
  }
  return { n: differences.length, sum, squares };
}

/**
 * The square of the largest sum that chance explains at any time, for a variance so far and the one planned for the end:
 * 2 (V + λ) ln(√((V + λ) / λ) / α) with λ = planned / 8.78.
 *
 * @example
 * chanceBound(1, 1, 0.05) // 9.2125
 */
export function chanceBound(variance: number, planned: number, alpha: number): number {
  const prior = planned / TUNING;
  return 2 * (variance + prior) * Math.log(Math.sqrt((variance + prior) / prior) / alpha);
}

/**
 * The always-valid p-value of a sum whose terms have random signs if nothing differs: 1 over the mixture's likelihood
 * ratio. The smallest of all looks counts.
 *
 * @example
 * sequentialP({ n: 30, sum: 18, squares: 30 }, 30) // 0.0247...
 */
export function sequentialP({ sum, squares }: Sums, planned: number): number {
  const prior = planned / TUNING;
  const total = squares + prior;
  const logRatio = 0.5 * Math.log(prior / total) + (sum * sum) / (2 * total);
  return Math.min(1, Math.exp(-logRatio));
}

const HALVINGS = 60;

/**
 * Half the width of the confidence sequence of the mean difference: the shifts d that the test at level α does not reject,
 * |n d|² ≤ bound(squares about the mean + n d²). Infinity while the differences are too few for any bound.
 *
 * @example
 * halfWidth({ n: 100, sum: 10, squares: 100 }, 100, 0.05) // 0.316...
 */
export function halfWidth({ n, sum, squares }: Sums, planned: number, alpha: number): number {
  if (n < 2 || squares <= 0) return Number.POSITIVE_INFINITY;
  const about = Math.max(0, squares - (sum * sum) / n);
  const isExplained = (d: number) => (n * d) ** 2 <= chanceBound(about + n * d * d, planned, alpha);
  let low = 0;
  let high = Math.sqrt((about + planned) / n);
  for (let i = 0; isExplained(high); i++) {
    if (i === HALVINGS) return Number.POSITIVE_INFINITY;
    low = high;
    high *= 2;
  }
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (isExplained(middle)) low = middle;
    else high = middle;
  }
  return high;
}
