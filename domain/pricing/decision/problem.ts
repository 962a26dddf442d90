import type { StrategyName } from "../../settings/strategies.ts";
import {
  type Guardrail,
  type GuardrailContext,
  HIGHEST,
  type Limit,
  LOWEST,
} from "../guardrails/guardrail.ts";
import { GUARDRAILS } from "../guardrails/table.ts";
import { type DemandView, inputQuality, type PricingInputs, type PricingPolicy } from "../inputs.ts";
import { type Evaluation, evaluate, unlimitedOptimum, type Valuation } from "../optimisation/evaluation.ts";
import { candidateGrid } from "../optimisation/grid.ts";
import { followedResponse, type PriceResponse, truncatedMean } from "../optimisation/response.ts";
import { comparedDays, stockShadowPrice } from "../optimisation/sales.ts";
import { pricePoints } from "../price-points.ts";
import { planInForce } from "../strategies/plan-in-force.ts";
import { STRATEGIES } from "../strategies/registry.ts";
import type { Plan } from "../strategies/strategy.ts";
import { marginFloor, type UnitEconomics, unitEconomics } from "../unit-economics.ts";

/** Inclusive range of integer prices; empty if lo > hi. */
interface Range {
  lo: number;
  hi: number;
}

/** One decision posed: limits, candidates, what each is worth and which limits it breaks. */
export interface PricingProblem {
  inputs: PricingInputs;
  policy: PricingPolicy;
  /** the strategy that decides: the policy's, or the one it hands over to */
  strategy: StrategyName;
  /** what the strategy wants */
  plan: Plan;
  demand: DemandView;
  /** what selling a unit forgoes, minor units: its cost, or of a finite stock its shadow price */
  opportunityCost: number;
  /** how demand answers to the price: the SKU's elasticity, unless the strategy has another */
  response: PriceResponse;
  context: GuardrailContext;
  /** by position in the table; null = does not apply */
  limits: (Limit | null)[];
  /** what the hard limits leave, and what the limits on the pace leave */
  hard: Range;
  pace: Range;
  evaluation: Evaluation;
  /** what the candidates are chosen by: the objective, or the closeness to the strategy's target */
  scores: Float64Array;
  /** bit j set: breaks guardrail j */
  masks: Int32Array;
  /** bits of the guardrails that apply */
  active: number;
}

function intersection(
  limits: readonly (Limit | null)[],
  takes: (guardrail: Guardrail, limit: Limit) => boolean,
): Range {
  const range = { lo: LOWEST, hi: HIGHEST };
  GUARDRAILS.forEach((guardrail, j) => {
    const limit = limits[j];
    if (!limit || !takes(guardrail, limit)) return;
    range.lo = Math.max(range.lo, limit.lo);
    range.hi = Math.min(range.hi, limit.hi);
  });
  return range;
}

/** A strategy that needs no demand decides without it; its expected figures are then zero. */
const NO_DEMAND: DemandView = { perDay: 0, logVar: 0, phi: 1 };

function opportunityCostOf(
  inputs: PricingInputs,
  demand: DemandView,
  economics: UnitEconomics,
  slope: number,
): number {
  const { clearance, stock } = inputs;
  if (!clearance || stock === null) return economics.unitCost;
  const expected = demand.perDay * clearance.daysLeft;
  return stockShadowPrice(stock, expected, inputs.price, slope, economics, clearance.salvage);
}

function floorOf(inputs: PricingInputs, policy: PricingPolicy, economics: UnitEconomics): number | null {
  if (!inputs.clearance) return marginFloor(economics, policy.marginMin);
  return marginFloor({ ...economics, unitCost: inputs.clearance.salvage }, 0);
}

function valuationOf(response: PriceResponse, { inputs, policy, economics }: GuardrailContext): Valuation {
  const { competitorEffect, followRate } = inputs;
  const followed = followRate > 0 && competitorEffect !== null;
  const cut = followed ? followedResponse(response, competitorEffect, followRate) : response;
  const riseSlope = truncatedMean(response.mean);
  const demand = inputs.demand ?? NO_DEMAND;
  return {
    currentPrice: inputs.price,
    economics,
    // a constant share of the units comes from siblings: what those would have earned is a cost of selling one here
    opportunityCost: opportunityCostOf(inputs, demand, economics, riseSlope) + (inputs.halo ?? 0),
    objective: policy.objective,
    demand,
    horizonDays: comparedDays(inputs.clearance),
    stock: inputs.stock,
    rise: response,
    cut,
    currency: inputs.currency,
    leftDigit: policy.leftDigit,
    riseSlope,
    cutSlope: followed ? cut.mean : riseSlope,
  };
}

function brokenMasks(limits: readonly (Limit | null)[], evaluation: Evaluation): Int32Array {
  const { price, current } = evaluation;
  const masks = new Int32Array(price.length);
  for (let j = 0; j < limits.length; j++) {
    const limit = limits[j];
    if (!limit) continue;
    const bit = 1 << j;
    const spared = GUARDRAILS[j]!.keepsCurrent ? current : -1;
    for (let i = 0; i < price.length; i++) {
      if (i === spared) continue;
      const p = price[i]!;
      if (p < limit.lo || p > limit.hi || (limit.allows && !limit.allows(evaluation, i))) masks[i]! |= bit;
    }
  }
  return masks;
}

function gridFor(
  problem: {
    inputs: PricingInputs;
    policy: PricingPolicy;
    limits: (Limit | null)[];
    hard: Range;
    pace: Range;
  },
  optimum: number,
  always: readonly number[],
): Float64Array {
  const { inputs, limits, hard, pace } = problem;
  // A limit that keeps the current price removes every move, but does not say where to look for one.
  const looked = intersection(limits, (_, limit) => limit.lo !== limit.hi || limit.lo !== inputs.price);
  const current = { lo: inputs.price, hi: inputs.price };
  // where no price keeps every limit, look within the step
  const allowed = [looked, pace].find(({ lo, hi }) => lo <= hi) ?? current;
  const isSet = (price: number) => price > LOWEST && price < HIGHEST;
  return candidateGrid({
    points: pricePoints(inputs.currency, problem.policy.pricePoints),
    current: inputs.price,
    lo: allowed.lo,
    hi: allowed.hi,
    optimum,
    charmEndings: problem.policy.charmEndings,
    from: [...always, hard.lo, pace.lo, looked.lo].filter(isSet),
    upTo: [hard.hi, pace.hi, looked.hi].filter(isSet),
  });
}

/** The response that the strategy goes by. */
function responseOf(plan: Plan, inputs: PricingInputs): PriceResponse {
  return (plan.kind === "maximise" ? plan.response : undefined) ?? inputs.elasticity;
}

function targetOf(plan: Plan, inputs: PricingInputs): number {
  return plan.kind === "target" ? Math.max(LOWEST, plan.price) : inputs.price;
}

/** Closeness to a target price: minus the distance in logs, so that 5 % above and below are alike. */
export function closeness(evaluation: Evaluation, target: number): Float64Array {
  return evaluation.price.map((price) => -Math.abs(Math.log(price / target)));
}

/**
 * Poses the decision. The preconditions are met: the unit cost is known. The prices `always` are among the candidates, where
 * they are not far away.
 */
export function poseProblem(
  inputs: PricingInputs,
  policy: PricingPolicy,
  always: readonly number[] = [],
): PricingProblem {
  const { strategy, plan } = planInForce(inputs, policy);
  const economics = unitEconomics({ ...inputs, unitCost: inputs.unitCost! });
  const context: GuardrailContext = {
    inputs,
    policy,
    economics,
    marginFloor: floorOf(inputs, policy, economics),
    inputQuality: inputQuality(inputs, policy),
    followsMarket: STRATEGIES[strategy].followsMarket,
    weighsGain: plan.kind === "maximise",
    target: plan.kind === "target" ? plan.price : null,
  };
  const limits = GUARDRAILS.map((guardrail) => guardrail.limit(context));
  const hard = intersection(limits, (guardrail) => guardrail.yields === "never");
  const pace = intersection(limits, (guardrail) => guardrail.yields === "pace");
  const response = responseOf(plan, inputs);
  const valuation = valuationOf(response, context);
  const wanted = plan.kind === "maximise" ? unlimitedOptimum(valuation) : targetOf(plan, inputs);
  const ends = [...always, context.marginFloor ?? 0];
  const grid = gridFor({ inputs, policy, limits, hard, pace }, wanted, ends);
  const evaluation = evaluate(grid, valuation);
  let active = 0;
  for (let j = 0; j < limits.length; j++) if (limits[j]) active |= 1 << j;
  return {
    inputs,
    policy,
    strategy,
    plan,
    demand: valuation.demand,
    opportunityCost: valuation.opportunityCost,
    response,
    context,
    limits,
    hard,
    pace,
    evaluation,
    scores: plan.kind === "maximise" ? evaluation.objective : closeness(evaluation, targetOf(plan, inputs)),
    masks: brokenMasks(limits, evaluation),
    active,
  };
}
