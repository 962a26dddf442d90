import type { Availability } from "../messages/rows.ts";

/** Whether a shopper can buy now. What is not known counts as yes: most pages that show a price sell. */
export function isBuyable(availability: Availability): boolean {
  return availability === "in_stock" || availability === "unknown";
}
