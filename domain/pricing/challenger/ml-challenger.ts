import type { ChallengerOpinion, ChallengerView, InputFact, PricingInputs } from "../inputs.ts";
import type { PriceResponse } from "../optimisation/response.ts";
import type { Plan, Strategy } from "../strategies/strategy.ts";
import { type ChallengerModel, predictLogMean } from "./config.ts";
import { CHALLENGER_FEATURES, type DayContext, type PricePoint, writeFeatures } from "./features.ts";
import type { HeldOutReport } from "./held-out.ts";

const STEP = 0.05;

/**
 * The challenger's price slope at a price: the change of log demand between 5 % below and 5 % above it, per unit of
 * log price. The competitors stay where they are. Never above zero.
 */
export function challengerSlope(model: ChallengerModel, point: PricePoint, context: DayContext): number {
  const features = new Float64Array(CHALLENGER_FEATURES.length);
  const logMeanAt = (price: number) => {
    writeFeatures({ ...point, price }, context, features);
    return predictLogMean(model, features);
  };
  const { price } = point;
  const rise = logMeanAt(price * (1 + STEP)) - logMeanAt(price * (1 - STEP));
  return rise / Math.log((1 + STEP) / (1 - STEP));
}

/**
 * What a fitted model says of one SKU at its present price. It says nothing if, on SKUs kept apart, it predicted no
 * better than demand without any price, if their prices never moved, or if it does not beat the filter there.
 */
export function challengerView(
  fitted: { model: ChallengerModel; heldOut: HeldOutReport },
  point: PricePoint,
  context: DayContext,
): ChallengerView {
  const { offset, filter, challenger, promotion } = fitted.heldOut;
  if (!(challenger.deviance < offset.deviance)) {
    return { kind: "none", why: "the challenger predicts held-out products no better than without a price" };
  }
  if (challenger.slopeVariance === null) {
    return { kind: "none", why: "the prices of the held-out products never moved" };
  }
  if (promotion.why !== null) return { kind: "none", why: promotion.why };
  return {
    kind: "fitted",
    slope: challengerSlope(fitted.model, point, context),
    variance: challenger.slopeVariance,
    deviance: { filter: filter.deviance, challenger: challenger.deviance },
  };
}

/** A response made of two, and the challenger's weight in it. */
interface BlendedResponse extends PriceResponse {
  weight: number;
}

const VARIANCE_MIN = 1e-6;
const DEVIANCE_MIN = 1e-6;

/**
 * Filter and challenger weighted by inverse variance: the filter's is its posterior's, the challenger's is that of its
 * errors on held-out SKUs, each raised by how much worse its held-out deviance is than the better one's. Both learned
 * from the same sales, so their errors are taken as fully correlated: the blend is never surer than the surer of them.
 */
export function blendResponses(filter: PriceResponse, opinion: ChallengerOpinion): BlendedResponse {
  const { deviance, slope, variance } = opinion;
  const best = Math.max(Math.min(deviance.filter, deviance.challenger), DEVIANCE_MIN);
  const filterVariance = Math.max(VARIANCE_MIN, filter.sd ** 2) * Math.max(1, deviance.filter / best);
  const challengerVariance = Math.max(VARIANCE_MIN, variance) * Math.max(1, deviance.challenger / best);
  const weight = filterVariance / (filterVariance + challengerVariance);
  return {
    mean: filter.mean + weight * (slope - filter.mean),
    sd: (1 - weight) * Math.sqrt(filterVariance) + weight * Math.sqrt(challengerVariance),
    weight,
  };
}

const NO_MODEL = "no challenger model was fitted";

function whyNone(view: ChallengerView | null | undefined): string {
  return view?.kind === "none" ? view.why : NO_MODEL;
}

function signed(slope: number): string {
  return slope.toFixed(2).replace("-", "−");
}

function wordsOf(inputs: PricingInputs, slope: number, blend: BlendedResponse): string {
  const parts = `filter ${signed(inputs.elasticity.mean)}, challenger ${signed(slope)}`;
  return `${parts} at a weight of ${Math.round(blend.weight * 100)} %`;
}

function asOptimizer(why: string): Plan {
  return {
    kind: "maximise",
    why: `as the elasticity optimizer: ${why}`,
    decidedBy: "elasticity_optimizer",
  };
}

/**
 * The most profitable price under the filter's elasticity blended with that of the challenger, a tree ensemble over
 * the category's panel. Without a model that helps it does as the elasticity optimizer, and says why.
 */
export const mlChallenger: Strategy = {
  name: "ml_challenger",
  followsMarket: false,
  plan: (inputs) => {
    const { challenger, clearance, elasticity } = inputs;
    if (clearance) return asOptimizer("stock that has to go is not left to the challenger");
    if (challenger?.kind !== "fitted") return asOptimizer(whyNone(challenger));
    const blend = blendResponses(elasticity, challenger);
    const response = { mean: blend.mean, sd: blend.sd };
    return { kind: "maximise", response, why: wordsOf(inputs, challenger.slope, blend) };
  },
};

/** The fact that a decision shows of the challenger. */
export function challengerFact(view: ChallengerView | null | undefined, at: number | null): InputFact {
  const value =
    view?.kind === "fitted" ? Math.round(view.slope * 100) / 100 : `${whyNone(view)}: elasticity optimizer`;
  return { name: "challenger's elasticity", value, at };
}
