import type { Clearance } from "./contract.ts";
import type { DemandBelief } from "./demand.ts";
import { firstPrice, type PriceGrid } from "./grid.ts";

/** What a unit brings and how many there are. */
export interface Economics {
  /** Cost of selling a unit, minor units: its purchase, or its salvage value when the stock is fixed. */
  readonly cost: number;
  readonly clearance?: Clearance | undefined;
}

/**
 * The grid price of greatest expected profit when the slope at the reference price is `slope`: a fluid approximation
 * of the sales where the stock is fixed, min(demand over the days left, stock) (Gallego and van Ryzin 1994).
 */
export function bestPrice(
  grid: PriceGrid,
  belief: DemandBelief,
  slope: number,
  economics: Economics,
): number {
  const { cost, clearance } = economics;
  const at = belief.logPrice - belief.logPriceRef;
  const level = slope * at - 0.5 * belief.curvature * at * at;
  const scale = clearance === undefined ? 1 : belief.dailyUnits * clearance.daysLeft;
  const limit = clearance?.units ?? Number.POSITIVE_INFINITY;
  let best = firstPrice(grid);
  let most = Number.NEGATIVE_INFINITY;
  for (let price = best; price <= grid.high; price += grid.step) {
    const x = Math.log(price) - belief.logPriceRef;
    const units = Math.min(limit, scale * Math.exp((slope - 0.5 * belief.curvature * x) * x - level));
    const profit = (price - cost) * units;
    if (profit > most) {
      most = profit;
      best = price;
    }
  }
  return best;
}

/** The grid price nearest to a target on the log scale. */
export function nearestPrice(grid: PriceGrid, target: number): number {
  let best = firstPrice(grid);
  for (let price = best; price <= grid.high; price += grid.step) {
    if (Math.abs(Math.log(price / target)) < Math.abs(Math.log(best / target))) best = price;
  }
  return best;
}
