import type { Risk } from "../../messages/proposal.ts";
import { changesByMore, HIGH_CHANGE, HIGH_MARGIN } from "../approval.ts";
import { contribution, marginShare } from "../unit-economics.ts";
import type { ReasonCode } from "./decision.ts";
import type { PricingProblem } from "./problem.ts";

const MEDIUM_CHANGE = 0.05;
/** Beyond it a change whose elasticity may be biased by past pricing is not left to itself. */
const ENDOGENOUS_CHANGE = 0.03;
const MEDIUM_MARGIN = 0.02;

/** "rises by 6.1", in hundredths. */
function move(share: number): string {
  return `${share > 0 ? "rises" : "falls"} by ${Math.abs(share * 100).toFixed(1)}`;
}

/**
 * How much a change puts at stake and why: HIGH above 15 %, if more than 5 points of margin are given up, if a limit can
 * only be reached in steps, or if units are sold below what they cost; MEDIUM above 5 % or 2 points given up, if the
 * cost is not the product's own, if the product is a key value item, if the elasticity may be
 * biased and the change is above 3 %, or if a guardrail gave
 * way. A margin that rises is no risk of its own, and neither is an elasticity that data do not identify yet: it allows
 * only small steps that are very likely to gain.
 */
export function riskOf(
  problem: PricingProblem,
  to: number,
  reason: ReasonCode,
  relaxed: boolean,
): { risk: Risk; reasons: string[] } {
  const { inputs, context, policy } = problem;
  const high: string[] = [];
  const medium: string[] = [];
  const change = to / inputs.price - 1;
  const changeWords = `the price ${move(change)} %`;
  if (changesByMore(inputs.price, to, HIGH_CHANGE)) high.push(changeWords);
  else if (changesByMore(inputs.price, to, MEDIUM_CHANGE)) medium.push(changeWords);
  const margin = marginShare(to, context.economics) - marginShare(inputs.price, context.economics);
  const marginWords = `the margin ${move(margin)} points`;
  if (margin < -HIGH_MARGIN) high.push(marginWords);
  else if (margin < -MEDIUM_MARGIN) medium.push(marginWords);
  if (reason === "floor_step_conflict" || reason === "cap_step_conflict") {
    high.push("the allowed prices lie beyond the largest step");
  }
  if (contribution(inputs.price, context.economics) < 0)
    high.push("every unit sold at the present price loses money");
  if (contribution(to, context.economics) < 0) high.push("every unit sold at the new price loses money");
  if (inputs.elasticity.endogenous && changesByMore(inputs.price, to, ENDOGENOUS_CHANGE)) {
    medium.push("past prices followed demand, so that the elasticity may be biased");
  }
  if (policy.isKeyValueItem) medium.push("a key value item: shoppers judge the shop by its price");
  if (inputs.costImputed) medium.push("the unit cost is an estimate");
  if (relaxed) medium.push("a guardrail had to give way");
  const risk: Risk = high.length > 0 ? "HIGH" : medium.length > 0 ? "MEDIUM" : "LOW";
  return { risk, reasons: [...high, ...medium] };
}
