import type { Strategy } from "./strategy.ts";

/** The default: the price with the largest expected objective under the learned elasticity. */
export const elasticityOptimizer: Strategy = {
  name: "elasticity_optimizer",
  followsMarket: false,
  plan: () => ({ kind: "maximise" }),
};
