import { Z_80 } from "../optimisation/evaluation.ts";
import { demandVariance } from "../optimisation/sales.ts";
import type { Outcome } from "./decision.ts";
import type { PricingProblem } from "./problem.ts";

/** Fewer expected units than this are none: their relative spread has no meaning. */
const NO_UNITS = 1e-9;

/** Expected figures are shown and stored as whole minor units and thousandths of a unit. */
function wholeUnits(units: number): number {
  return Math.round(units * 1000) / 1000;
}

function money(value: number): number {
  const rounded = Math.round(value);
  return rounded === 0 ? 0 : rounded;
}

function ordered(a: number, b: number): [number, number] {
  return a <= b ? [money(a), money(b)] : [money(b), money(a)];
}

/**
 * The expected outcome of a candidate. The interval of the profit holds the uncertainty of the level, of the
 * response to the change, and the noise of the sales themselves (lognormal with matched variance).
 */
export function outcomeOf(problem: PricingProblem, i: number): Outcome {
  const { evaluation, inputs } = problem;
  const units = evaluation.units[i]!;
  const unitProfit = evaluation.unitProfit[i]!;
  const change = evaluation.logChange[i]!;
  const { phi, logVar } = problem.demand;
  const relative = units > NO_UNITS ? demandVariance(units, phi, logVar) / (units * units) : 0;
  const spread = Z_80 * Math.sqrt(Math.log1p(relative) + (change * problem.response.sd) ** 2);
  const stock = inputs.stock ?? Number.POSITIVE_INFINITY;
  const low = unitProfit * units * Math.exp(-spread);
  const high = unitProfit * Math.min(stock, units * Math.exp(spread));
  return {
    units: wholeUnits(units),
    revenue: money(evaluation.revenue[i]!),
    profit: money(evaluation.profit[i]!),
    interval80: ordered(low, high),
  };
}

/**
 * The change against the current price; its interval holds the uncertainty of the response at the mean level.
 */
export function changeOf(problem: PricingProblem, i: number): Outcome {
  const { evaluation, response } = problem;
  const { current } = evaluation;
  const profitNow = evaluation.profit[current]!;
  const spread = Z_80 * Math.abs(evaluation.logChange[i]!) * response.sd;
  const profit = evaluation.profit[i]!;
  return {
    units: wholeUnits(evaluation.units[i]! - evaluation.units[current]!),
    revenue: money(evaluation.revenue[i]! - evaluation.revenue[current]!),
    profit: money(profit - profitNow),
    interval80: ordered(profit * Math.exp(-spread) - profitNow, profit * Math.exp(spread) - profitNow),
  };
}
