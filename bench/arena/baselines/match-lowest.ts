import type { PricingPolicy } from "../contract.ts";
import { inBand, offersInStock } from "./band.ts";

/** Matches the cheapest competitor in stock; holds without one. */
export function createMatchLowest(): PricingPolicy {
  return {
    decide: (_day, views) =>
      views.map((view) => {
        const offers = offersInStock(view.offers);
        return inBand(offers.length === 0 ? view.price : Math.min(...offers), view);
      }),
    observe() {},
  };
}
