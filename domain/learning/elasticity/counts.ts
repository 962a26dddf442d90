import { gammaP, negativeBinomialUpperTail } from "../../base/special-functions.ts";

const BULK_TAIL = 1e-7;
const BULK_CHECK_SD = 5;

/**
 * Largest count that is still credible as ordinary demand: the 1 - 1e-7 quantile of the negative binomial
 * with the predictive mean and variance φμ + μ²q. Only looked up when y is 5 sd out, otherwise y itself is
 * returned.
 */
export function bulkCap(y: number, mean: number, phi: number, q: number): number {
  const variance = phi * mean + mean * mean * Math.min(q, 1.5);
  if (y <= mean + BULK_CHECK_SD * Math.sqrt(variance) + BULK_CHECK_SD) return y;
  const size = (mean * mean) / Math.max(variance - mean, 1e-9 * mean + 1e-12);
  let low = Math.floor(mean);
  let high = Math.ceil(y);
  if (negativeBinomialUpperTail(high, mean, size) > BULK_TAIL) return y;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (negativeBinomialUpperTail(middle, mean, size) > BULK_TAIL) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Expected demand given that at least y units were wanted, E[Y | Y >= y] = μ P(Y >= y-1) / P(Y >= y) for a
 * Poisson mean μ: what a sold-out period stands for.
 */
export function censoredMean(y: number, mean: number): number {
  const units = Math.floor(y);
  if (units <= 0 || !(mean > 0)) return Math.max(y, mean);
  const reached = gammaP(units, mean);
  if (reached < 1e-12) return y;
  const before = units === 1 ? 1 : gammaP(units - 1, mean);
  return Math.max(y, (mean * before) / reached);
}
