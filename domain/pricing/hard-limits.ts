import type { Settings } from "../settings/settings.ts";
import { marginCeiling, marginFloor, unitEconomics } from "./unit-economics.ts";

/** What of a product limits its price. Money in minor units, rates as fractions. */
export interface LimitedProduct {
  unitCost: number | null;
  taxRate: number | null;
  feeRate: number | null;
  unitFee: number | null;
  minPrice: number | null;
  maxPrice: number | null;
  mapPrice: number | null;
  msrp: number | null;
}

/**
 * The first hard limit that a price breaks, or null. These hold for a person's price too: the product's own bounds, and
 * the least and greatest margin where its cost is known. A price at a limit is allowed.
 *
 * @example
 * const product = { ...NO_LIMITS, unitCost: 950 };
 * brokenLimit(product, 999, DEFAULT_SETTINGS) // { name: "margin_floor", limit: 1000 }: 5 % of 10.00 is 0.50
 * brokenLimit(product, 1000, DEFAULT_SETTINGS) // null
 */
export function brokenLimit(
  product: LimitedProduct,
  price: number,
  { guardrails, pricesIncludeTax }: Pick<Settings, "guardrails" | "pricesIncludeTax">,
): { name: string; limit: number } | null {
  const { unitCost } = product;
  const economics = unitCost === null ? null : unitEconomics({ ...product, unitCost, pricesIncludeTax });
  const { marginMin, marginMax } = guardrails;
  const lowest: Record<string, number | null> = {
    margin_floor: economics && marginFloor(economics, marginMin),
    min_price: product.minPrice,
    map: product.mapPrice,
  };
  const highest: Record<string, number | null> = {
    max_price: product.maxPrice,
    msrp: product.msrp,
    margin_cap: economics && marginMax !== null ? marginCeiling(economics, marginMax) : null,
  };
  for (const [name, limit] of Object.entries(lowest))
    if (limit !== null && price < limit) return { name, limit };
  for (const [name, limit] of Object.entries(highest))
    if (limit !== null && price > limit) return { name, limit };
  return null;
}
