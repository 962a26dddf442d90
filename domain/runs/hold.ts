import { type OverriddenProduct, type Override, overrideInForce } from "../strategies/resolve.ts";

/**
 * The freeze or fixed price that holds a product's price at `now`, or null. A forced strategy holds nothing, and does not
 * stand in the way of a fixed price: it only chooses how the next price would be found.
 */
export function holdInForce(
  overrides: readonly Override[],
  product: OverriddenProduct,
  now: number,
): Override | null {
  return overrideInForce(
    overrides.filter(({ kind }) => kind !== "FORCE_RULE_BASED"),
    product,
    now,
  );
}
