import { normalCdf, normalDensity } from "../statistics/normal.ts";

/** Above this stock the sum over the distribution gives way to the normal loss function. */
const EXACT_STOCK = 200;

/**
 * Variance of the demand of a period: quasi-Poisson noise and a lognormal uncertain level fully correlated
 * over it.
 */
export function demandVariance(mean: number, phi: number, logVar: number): number {
  return phi * mean + mean * mean * Math.expm1(logVar);
}

function partialExpectation(mean: number, variance: number, stock: number): number {
  const overdispersed = variance > mean * (1 + 1e-9);
  const shape = overdispersed ? (mean * mean) / (variance - mean) : 0;
  const ratio = overdispersed ? mean / (shape + mean) : 0;
  let probability = overdispersed ? Math.exp(-shape * Math.log1p(mean / shape)) : Math.exp(-mean);
  let short = 0;
  for (let j = 0; j < stock; j++) {
    const next = short + (stock - j) * probability;
    const factor = overdispersed ? ((shape + j) / (j + 1)) * ratio : mean / (j + 1);
    // Past the mode every later term is smaller: none of them would move the sum by a bit either.
    if (next === short && factor < 1 && short > 0) break;
    short = next;
    probability *= factor;
  }
  return stock - short;
}

/**
 * Expected units sold E[min(D, S)] out of a stock S when demand D is negative binomial with the given mean
 * and variance (Poisson if the variance does not exceed the mean). Exact sum up to 200 units of stock, above
 * that the normal loss function (Silver, Pyke and Thomas, Inventory and Production Management, ch. 7). stock:
 * whole units; null = no limit.
 */
export function expectedSales(mean: number, variance: number, stock: number | null): number {
  if (stock === null) return mean;
  if (stock <= 0 || mean <= 0) return 0;
  const sd = Math.sqrt(variance);
  const z = (stock - mean) / sd;
  // Demand above the mean is right-skewed, so "never runs out" needs a wide distance.
  if (z > 12) return mean;
  const sold =
    stock <= EXACT_STOCK
      ? partialExpectation(mean, variance, stock)
      : mean - sd * (normalDensity(z) - z * (1 - normalCdf(z)));
  return Math.min(mean, stock, Math.max(0, sold));
}
