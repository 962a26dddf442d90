import { currencyExponent } from "../money/currency.ts";

/** What of a price its two leading digits say, but never less than whole units of money: 3.99 is 3, 129.90 is 120. */
export function leadingPart(price: number, currency: string): number {
  const digits = Math.floor(Math.log10(price) + 1e-9) + 1;
  const step = 10 ** Math.max(currencyExponent(currency), digits - 2);
  return price - (price % step);
}

/**
 * A price as shoppers see it who overlook its last digits by the share `weight`: (1 - weight) * price + weight * its
 * leading part. It rises with the price, slowly up to .99 and then at once.
 * Source: Strulov-Shlain 2023, Review of Economic Studies 90(5), "More than a penny's worth".
 *
 * @param price minor units, at least 1
 * @param weight in [0, 1)
 */
export function perceivedPrice(price: number, currency: string, weight: number): number {
  return weight === 0 ? price : (1 - weight) * price + weight * leadingPart(price, currency);
}
