import type { PricingPolicy } from "../contract.ts";
import type { Market } from "../market.ts";
import { SKUS } from "../world.ts";

/** The incumbent's prices go on. */
export function createStatic(market: Market): PricingPolicy {
  const prices = new Float64Array(SKUS);
  return {
    decide(day) {
      for (let i = 0; i < SKUS; i++) prices[i] = market.incumbentPrice(i, day);
      return prices;
    },
    observe() {},
  };
}
