import { median, medianAbsoluteDeviation } from "../base/quantile.ts";

/** What unit costs usually are of base prices in a category, in logs. */
export interface CostRatio {
  /** median of ln(unit cost / base price) */
  median: number;
  /** median absolute deviation from it */
  deviation: number;
  products: number;
}

/** From this many products with a cost on, a category says something about those without. */
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

/** A product's cost as its category would have it, whole minor units; null where the category does not say. */
export function imputedCost(basePrice: number, ratio: CostRatio | undefined): number | null {
  return ratio === undefined ? null : Math.max(1, Math.round(basePrice * Math.exp(ratio.median)));
}
