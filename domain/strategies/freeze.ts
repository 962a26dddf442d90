import type { Strategy } from "./strategy.ts";

/** Keeps the price, whatever happens. */
export const freeze: Strategy = {
  name: "freeze",
  followsMarket: false,
  plan: () => ({ kind: "hold", confidence: 1, why: "prices are frozen" }),
};
