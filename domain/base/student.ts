import { betaI } from "./special-functions.ts";

/** Student's distribution function P(T <= t), by the incomplete beta function. */
function studentCdf(t: number, freedom: number): number {
  const tail = 0.5 * betaI(freedom / (freedom + t * t), freedom / 2, 0.5);
  return t >= 0 ? 1 - tail : tail;
}

const HALVINGS = 80;

/**
 * Quantile of Student's t distribution, by bisection; any positive degrees of freedom, 0.5 <= p < 1.
 *
 * @example
 * studentQuantile(0.975, 10) // 2.2281388520
 */
export function studentQuantile(p: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (studentCdf(high, freedom) < p && high < 1e6) high *= 2;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, freedom) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
