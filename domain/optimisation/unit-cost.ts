import { quantile } from "../statistics/quantile.ts";

/** A unit cost from an instant on, until the next one. Minor units; ms. */
export interface DatedCost {
  unitCost: number;
  from: number;
}

/**
 * The cost in force at `at`: the latest that began by then, or null. The later of two that begin together
 * wins.
 */
export function costInForce(costs: readonly DatedCost[], at: number): number | null {
  let found: DatedCost | null = null;
  for (const cost of costs) {
    if (cost.from <= at && (found === null || cost.from >= found.from)) found = cost;
  }
  return found === null ? null : found.unitCost;
}

/** Fewer products with a known cost than this say nothing about their category. */
const LEAST_COSTED = 20;

/**
 * The typical ratio of unit cost to net price in a category: the median of log(cost / price) over the
 * products that have a cost, back as a ratio; null below 20 of them. It serves products without a cost as an
 * estimate, marked as such.
 */
export function typicalCostRatio(products: readonly { unitCost: number; netPrice: number }[]): number | null {
  const ratios = products
    .filter(({ unitCost, netPrice }) => unitCost > 0 && netPrice > 0)
    .map(({ unitCost, netPrice }) => Math.log(unitCost / netPrice));
  return ratios.length < LEAST_COSTED ? null : Math.exp(quantile(ratios, 0.5));
}
