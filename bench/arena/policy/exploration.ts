import { uniform } from "../../../domain/base/keyed-random.ts";
import type { DemandBelief } from "./demand.ts";

const ELASTICITY_MIN = 1.3;
const PHASE_KEY = 77;

/** |Elasticity| at a log price, kept above what a bounded optimum needs. */
export function elasticityAt(belief: DemandBelief, logPrice: number): number {
  const deviation = logPrice - belief.logPriceRef;
  return Math.max(ELASTICITY_MIN, belief.curvature * deviation - belief.slope);
}

/**
 * How often the cost of perturbing a price is earned back. Around the optimum a log price error δ loses κδ²/2 of
 * the profit, κ = e(e-1) + curvature, so an elasticity known with variance v loses v/(2κ) a day. A perturbation a
 * costs κa²/2 and adds information I·a², which lowers v by I·a²·v²: over H days the gain is H·I·v²/κ² times the
 * cost. (Value of information in the small, as in Keller and Rady 1999, Rev. Econ. Studies 66(3).)
 */
export function explorationWorth(belief: DemandBelief, logPrice: number, horizonDays: number): number {
  const e = elasticityAt(belief, logPrice);
  const kappa = e * (e - 1) + Math.max(0, belief.curvature);
  return (horizonDays * belief.information * belief.variance * belief.variance) / (kappa * kappa);
}

/**
 * Log price offset of a SKU's perturbation in a decision period: above and below the optimum in turn, a SKU's first
 * side keyed. The pair sits a little high, at +(2e-1)a²/2, since profit falls more slowly above its optimum than
 * below: there the mean of the two sides costs least (third derivative of log profit at constant elasticity).
 */
export function perturbation(
  amplitude: number,
  elasticity: number,
  salt: number,
  sku: number,
  period: number,
): number {
  const phase = uniform(salt, sku, PHASE_KEY) < 0.5 ? 0 : 1;
  const side = (period + phase) % 2 === 0 ? 1 : -1;
  return side * amplitude + 0.5 * (2 * elasticity - 1) * amplitude * amplitude;
}
