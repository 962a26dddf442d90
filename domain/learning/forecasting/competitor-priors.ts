import type { CompetitorPriceState, Hazard, Moments } from "./competitor-state.ts";

/** Belief about a size: its mean and deviation, with the weight of `PRIOR_COUNT` observations. */
export interface SizePrior {
  mean: number;
  deviation: number;
}

/**
 * What is believed of a competitor's price of a SKU before much was seen. A hazard's Beta prior has mean hits
 * / days.
 */
export interface CompetitorPriors {
  change: Hazard;
  promotion: Hazard;
  promotionEnd: Hazard;
  stockout: Hazard;
  restock: Hazard;
  move: SizePrior;
  depth: SizePrior;
}

export const PRIOR_COUNT = 4;

/** Beta(1, 19) for a change per day, Beta(1, 4) for the end of a promotion per day. */
export const DEFAULT_PRIORS: CompetitorPriors = {
  change: { hits: 1, days: 20 },
  promotion: { hits: 1, days: 4 },
  promotionEnd: { hits: 1, days: 5 },
  stockout: { hits: 1, days: 50 },
  restock: { hits: 1, days: 5 },
  move: { mean: 0, deviation: 0.04 },
  depth: { mean: 0.18, deviation: 0.08 },
};

/**
 * Priors from many products of one competitor: the pooled rates and sizes, each with the weight the defaults
 * have. One shop's promotions last a week, another's a month; one product alone takes months to tell.
 */
export function pooledPriors(states: Iterable<CompetitorPriceState>): CompetitorPriors {
  const hazards = startingHazards();
  const sizes = { move: startOf(DEFAULT_PRIORS.move), depth: startOf(DEFAULT_PRIORS.depth) };
  for (const state of states) {
    for (const name of HAZARDS) {
      hazards[name].hits += state[name].hits;
      hazards[name].days += state[name].days;
    }
    for (const name of ["move", "depth"] as const) {
      sizes[name].count += state[name].count;
      sizes[name].sum += state[name].sum;
      sizes[name].squares += state[name].squares;
    }
  }
  const pooled = (name: HazardName): Hazard => {
    const { days } = DEFAULT_PRIORS[name];
    return { hits: days * Math.min(1, hazards[name].hits / hazards[name].days), days };
  };
  return {
    change: pooled("change"),
    promotion: pooled("promotion"),
    promotionEnd: pooled("promotionEnd"),
    stockout: pooled("stockout"),
    restock: pooled("restock"),
    move: sizeOf(sizes.move),
    depth: sizeOf(sizes.depth),
  };
}

type HazardName = "change" | "promotion" | "promotionEnd" | "stockout" | "restock";
const HAZARDS: readonly HazardName[] = ["change", "promotion", "promotionEnd", "stockout", "restock"];

function startingHazards(): Record<HazardName, Hazard> {
  const copy = (name: HazardName) => ({ ...DEFAULT_PRIORS[name] });
  return {
    change: copy("change"),
    promotion: copy("promotion"),
    promotionEnd: copy("promotionEnd"),
    stockout: copy("stockout"),
    restock: copy("restock"),
  };
}

function startOf({ mean, deviation }: SizePrior): Moments {
  return {
    count: PRIOR_COUNT,
    sum: PRIOR_COUNT * mean,
    squares: PRIOR_COUNT * (deviation ** 2 + mean ** 2),
  };
}

function sizeOf({ count, sum, squares }: Moments): SizePrior {
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}
