import type { Hazard } from "./competitor-state.ts";

/** Belief about a size in logs: its mean and deviation, with the weight of `PRIOR_COUNT` observations. */
export interface SizePrior {
  mean: number;
  deviation: number;
}

/** Observations that the belief about a size counts as. */
export const PRIOR_COUNT = 4;

/**
 * What is believed of a competitor's price of a SKU before much was seen. A hazard's Beta prior has mean hits / days:
 * Beta(1, 19) for a change per day, Beta(1, 4) for the end of a promotion per day.
 */
export const PRIORS = {
  change: { hits: 1, days: 20 },
  promotion: { hits: 1, days: 4 },
  promotionEnd: { hits: 1, days: 5 },
  stockout: { hits: 1, days: 50 },
  restock: { hits: 1, days: 5 },
  move: { mean: 0, deviation: 0.04 },
  depth: { mean: 0.18, deviation: 0.08 },
} as const satisfies Record<string, Hazard | SizePrior>;
