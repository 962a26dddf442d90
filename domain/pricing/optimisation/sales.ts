import { normalCdf, normalDensity } from "../../base/normal.ts";
import type { Clearance } from "../inputs.ts";
import type { UnitEconomics } from "../unit-economics.ts";

/** Expected sales out of a stock as a function of the log of mean demand, tabulated; linear in between. */
export interface SalesCurve {
  /** log mean of the first node, and the distance between two nodes */
  from: number;
  step: number;
  /** ascending */
  sales: Float64Array;
}

const NODES = 33;
/**
 * The table spans demand from base/12 to 12·base: more than any price change under consideration moves it.
 */
const REACH = 2.5;

/** Tabulates expected sales around a mean demand of `base`. */
export function salesCurve(base: number, phi: number, logVar: number, stock: number): SalesCurve {
  const from = Math.log(base) - REACH;
  const step = (2 * REACH) / (NODES - 1);
  const sales = new Float64Array(NODES);
  for (let j = 0; j < NODES; j++) {
    const mean = Math.exp(from + step * j);
    const sold = expectedSales(mean, demandVariance(mean, phi, logVar), stock);
    // The change from the exact sum to the approximation may not make the table fall.
    sales[j] = j > 0 ? Math.max(sold, sales[j - 1]!) : sold;
  }
  return { from, step, sales };
}

/** Expected sales at a log mean of demand. */
export function salesAt(curve: SalesCurve, logMean: number): number {
  const position = Math.min(NODES - 1, Math.max(0, (logMean - curve.from) / curve.step));
  const below = Math.min(NODES - 2, Math.floor(position));
  const low = curve.sales[below]!;
  return low + (position - below) * (curve.sales[below + 1]! - low);
}

/** The log mean of demand at which `units` are sold; Infinity if the stock never allows it. */
export function logDemandFor(curve: SalesCurve, units: number): number {
  if (units > curve.sales[NODES - 1]!) return Number.POSITIVE_INFINITY;
  let j = 0;
  while (j < NODES - 2 && curve.sales[j + 1]! < units) j++;
  const low = curve.sales[j]!;
  const width = curve.sales[j + 1]! - low;
  return curve.from + curve.step * (width > 0 ? j + (units - low) / width : j);
}

/** Above this stock the sum over the distribution gives way to the normal loss function. */
const EXACT_STOCK = 200;

/**
 * Variance of the demand of a period, units²: quasi-Poisson noise, and the lognormal uncertainty of a level that is the
 * same over the whole period.
 *
 * @example demandVariance(21, 1.5, 0.02) // 40.4: 31.5 of noise and 8.9 of the level
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
 *
 * @example expectedSales(2, 2, 1) // 0.865: at least one is asked for with probability 1 − e⁻²
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

/** Prices are compared by what they are expected to earn in this many days. */
export const HORIZON_DAYS = 7;

/** The same where stock has to be gone by a date: no longer than there is left to sell. */
export function comparedDays(clearance: Clearance | null | undefined): number {
  return clearance ? Math.min(HORIZON_DAYS, clearance.daysLeft) : HORIZON_DAYS;
}

/**
 * What selling one unit of a finite stock forgoes: the shadow price at which the optimal price sells exactly
 * the stock in the time left, but at least `least` (the salvage value), which it is when the stock lasts
 * anyway. Fluid approximation, to be solved again as the stock falls (Gallego and van Ryzin 1994, Management
 * Science 40(8)); with a constant elasticity b < −1 it has a closed form: demand equals the stock at p =
 * p₀·(S/D₀)^(1/b), and p is optimal for the opportunity cost net(p)·(1 − fee)·(b+1)/b − unit fee.
 *
 * @param demand expected units over the time left at the current price
 * @param slope elasticity used for decisions, < −1
 * @example
 * const plain = { includesTax: false, taxBps: 0, feeRate: 0, unitFee: 0, unitCost: 0 };
 * stockShadowPrice(50, 100, 2000, -2, plain, 100) // 1414.2: at 28.28 half of the demand is left
 */
export function stockShadowPrice(
  stock: number,
  demand: number,
  currentPrice: number,
  slope: number,
  economics: UnitEconomics,
  least: number,
): number {
  if (stock <= 0 || demand <= 0) return least;
  const price = currentPrice * (stock / demand) ** (1 / slope);
  const net = economics.includesTax ? (price * 10_000) / (10_000 + economics.taxBps) : price;
  const cost = (net * (1 - economics.feeRate) * (slope + 1)) / slope - economics.unitFee;
  return Math.max(least, cost);
}
