import { brokenLimit, type LimitedProduct } from "../pricing/hard-limits.ts";
import type { Settings } from "../settings/settings.ts";
import type { Override } from "./overrides.ts";

/** What of a product says which overrides may decide its price. Minor units. */
interface Priced extends LimitedProduct {
  price: number;
  priceSource: string;
}

/** Whether the stored price of a product is the one that an override fixes. */
export function isInForce(
  { price: fixed }: Pick<Override, "price">,
  { price, priceSource }: Pick<Priced, "price" | "priceSource">,
): boolean {
  return priceSource === "override" && price === fixed;
}

/**
 * The overrides without the fixed prices that the limits of today forbid the product: one that a freeze held back meanwhile,
 * or of a scope that the product has come into. Such a price takes force once the limits allow it; one that is in force
 * stays, as any price does.
 *
 * @example
 * const product = { ...NO_LIMITS, price: 2000, priceSource: "base", minPrice: 1800 };
 * permittedOverrides([fixed(1500)], product, DEFAULT_SETTINGS) // []
 * permittedOverrides([fixed(1500)], { ...product, price: 1500, priceSource: "override" }, DEFAULT_SETTINGS) // [fixed(1500)]
 */
export function permittedOverrides<O extends Override>(
  overrides: readonly O[],
  product: Priced,
  settings: Pick<Settings, "guardrails" | "pricesIncludeTax">,
): readonly O[] {
  const isPermitted = (one: O) =>
    one.kind !== "FIXED_PRICE" ||
    typeof one.price !== "number" ||
    isInForce(one, product) ||
    brokenLimit(product, one.price, settings) === null;
  return overrides.every(isPermitted) ? overrides : overrides.filter(isPermitted);
}
