import type { UnitEconomics } from "./contribution.ts";
import type { Clearance } from "./pricing-inputs.ts";

/** Days over which prices are compared: no longer than there is left to sell. */
export function comparedDays(horizonDays: number, clearance: Clearance | null | undefined): number {
  return clearance ? Math.min(horizonDays, clearance.daysLeft) : horizonDays;
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
