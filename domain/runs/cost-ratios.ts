import { median, medianAbsoluteDeviation } from "../base/quantile.ts";

/** The usual ratio of unit cost to base price in a category, in logs. */
export interface CostRatio {
  /** median of ln(unit cost / base price) */
  median: number;
  /** median absolute deviation from it */
  deviation: number;
  products: number;
}

/** A category says something about its products without a cost once so many others have one. */
const PRODUCTS_MIN = 20;

/** The usual ratio of cost to price of each category that has enough costed products. Money in minor units. */
export function costRatios(
  products: Iterable<{ category: string; unitCost: number; basePrice: number }>,
): Record<string, CostRatio> {
  const logs = new Map<string, number[]>();
  for (const { category, unitCost, basePrice } of products) {
    if (!(unitCost > 0 && basePrice > 0)) continue;
    const known = logs.get(category) ?? [];
    logs.set(category, known);
    known.push(Math.log(unitCost / basePrice));
  }
  const ratios: Record<string, CostRatio> = {};
  for (const category of [...logs.keys()].sort()) {
    const values = logs.get(category)!;
    if (values.length < PRODUCTS_MIN) continue;
    ratios[category] = {
      median: median(values),
      deviation: medianAbsoluteDeviation(values),
      products: values.length,
    };
  }
  return ratios;
}

/**
 * The cost a product would have at the median ratio of its category, whole minor units; null without a ratio.
 *
 * @example imputedCost(10_000, { median: Math.log(0.6), deviation: 0.05, products: 40 }) // 6000
 */
export function imputedCost(basePrice: number, ratio: CostRatio | undefined): number | null {
  return ratio === undefined ? null : Math.max(1, Math.round(basePrice * Math.exp(ratio.median)));
}
