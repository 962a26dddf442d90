import type { PricingPolicy } from "../contract.ts";
import type { Market } from "../market.ts";
import { SKUS } from "../world.ts";
import { inBand } from "./band.ts";

/** Demand points of a sale: 30 views at 1, 3 carts at 3 and the purchase at 5. */
const POINTS_PER_SALE = 44;
/** The formula's factor 5, in minor units. */
const FACTOR = 500;

/** The formula as published: base + 5·sqrt(D) with demand points D that never decay, no bounds. */
export function createDemandWeightedLiteral(market: Market): PricingPolicy {
  const points = new Float64Array(SKUS);
  const base = market.world.skus.map(({ price }) => price);
  return {
    decide: () => base.map((price, i) => Math.round(price + FACTOR * Math.sqrt(points[i]!))),
    observe(_day, sales) {
      sales.forEach(({ units }, i) => {
        points[i]! += POINTS_PER_SALE * units;
      });
    },
  };
}

const RESPONSE = 0.1;
const LIMIT = 0.1;
const MEAN_WEIGHT = 0.03;

/** Its safe form: demand with a half-life of a day against its own mean, base ± 10 % at most, floor and cap. */
export function createDemandWeightedSafe(market: Market): PricingPolicy {
  const points = new Float64Array(SKUS);
  const mean = new Float64Array(SKUS);
  const base = market.world.skus.map(({ price }) => price);
  return {
    decide: (_day, views) =>
      views.map((view, i) => {
        const ratio = mean[i]! > 0 ? Math.sqrt(points[i]! / mean[i]!) : 1;
        const change = Math.min(LIMIT, Math.max(-LIMIT, RESPONSE * (ratio - 1)));
        return inBand(base[i]! * (1 + change), view);
      }),
    observe(day, sales) {
      sales.forEach(({ units }, i) => {
        points[i] = points[i]! / 2 + POINTS_PER_SALE * units;
        mean[i]! += (points[i]! - mean[i]!) * Math.max(MEAN_WEIGHT, 1 / (day + 1));
      });
    },
  };
}
