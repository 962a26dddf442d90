import { normal } from "../../../domain/base/keyed-random.ts";
import { boundsOf, type PriceBounds, withinBounds } from "./bounds.ts";
import { type PolicyConfig, type PolicyStyle, styleOf } from "./config.ts";
import type { PolicyView, PricingPolicy } from "./contract.ts";
import { type DemandBelief, DemandLearner } from "./demand.ts";
import { elasticityAt, explorationWorth, perturbation } from "./exploration.ts";
import { type PriceGrid, priceGrid } from "./grid.ts";
import { bestPrice, type Economics, nearestPrice } from "./price.ts";

/** At unit elasticity profit has no maximum: slopes above this are priced as this. */
const SLOPE_MAX = -1.05;

/**
 * The default pricing policy as a closed loop over a fixed catalogue: learns each SKU's demand from prices and sales
 * (dynamic quasi-Poisson filter, empirical-Bayes priors over categories), and every few days moves each price to
 * the most profitable grid price within the step limit, perturbing it where what that teaches is worth its cost.
 * Deterministic: equal configuration and history give equal prices. Throws RangeError on a bad configuration.
 */
export function createPolicy(config: PolicyConfig): PricingPolicy {
  const style = styleOf(config);
  const salt = config.salt ?? 0;
  const { catalogue } = config;
  const learner = new DemandLearner(catalogue, config.pooling ?? true);
  const prices = new Float64Array(catalogue.length);
  let seen: readonly PolicyView[] = [];
  return {
    decide(day, views) {
      seen = views;
      for (let i = 0; i < catalogue.length; i++) {
        const view = views[i]!;
        const bounds = boundsOf(view);
        const belief = learner.belief(i);
        const due = (day + i) % style.holdDays === 0 || view.price < bounds.floor;
        const price =
          belief !== undefined && due ? decidePrice(view, bounds, belief, style, salt, i, day) : view.price;
        prices[i] = withinBounds(bounds, price);
      }
      return prices;
    },
    observe(day, sales) {
      for (let i = 0; i < catalogue.length; i++) {
        const sale = sales[i]!;
        learner.observe(i, day, sale, sale.offers ?? seen[i]?.offers ?? []);
      }
      learner.endDay();
    },
  };
}

function decidePrice(
  view: PolicyView,
  bounds: PriceBounds,
  belief: DemandBelief,
  style: PolicyStyle,
  salt: number,
  sku: number,
  day: number,
): number {
  const full = priceGrid(bounds.floor, bounds.cap);
  const within = reachable(full, view.price, style.maxStep);
  if (!(within.low <= within.high)) return view.price;
  const { clearance } = view;
  const economics: Economics = { cost: clearance?.salvage ?? view.cost, clearance };
  const period = Math.floor(day / style.holdDays);
  const slope = boundedSlope(belief, belief.slope);
  if (clearance === undefined && explorationWorth(belief, Math.log(view.price), style.horizonDays) > 1) {
    const optimum = bestPrice(full, belief, slope, economics);
    const e = elasticityAt(belief, Math.log(view.price));
    return nearestPrice(within, optimum * Math.exp(perturbation(style.amplitude, e, salt, sku, period)));
  }
  const shift =
    style.temperature === 0 ? 0 : style.temperature * Math.sqrt(belief.variance) * normal(salt, sku, period);
  return bestPrice(within, belief, boundedSlope(belief, belief.slope + shift), economics);
}

/** The part of a grid that one step reaches. */
function reachable(full: PriceGrid, price: number, maxStep: number): PriceGrid {
  return {
    low: Math.max(full.low, price / (1 + maxStep)),
    high: Math.min(full.high, price * (1 + maxStep)),
    step: full.step,
  };
}

/** Slope at the reference price such that the elasticity at the price last charged stays beyond -1.05. */
function boundedSlope(belief: DemandBelief, slope: number): number {
  const tilt = belief.curvature * (belief.logPrice - belief.logPriceRef);
  return Math.min(SLOPE_MAX, slope - tilt) + tilt;
}
