import { formatMoney } from "../../base/money.ts";
import { HIGHEST } from "../guardrails/guardrail.ts";
import {
  demandFailure,
  type FailedPrecondition,
  failedPrecondition,
  losesMoney,
} from "../guardrails/preconditions.ts";
import { GUARDRAILS } from "../guardrails/table.ts";
import type { PricingInputs, PricingPolicy } from "../inputs.ts";
import { payableFrom, pricePoints } from "../price-points.ts";
import { type Choice, choose } from "./choice.ts";
import type { PricingDecision, ReasonCode } from "./decision.ts";
import { type Detail, explain } from "./explain.ts";
import { type PricingProblem, poseProblem } from "./problem.ts";
import { blockedSentence } from "./sentence.ts";
import { drawTrial, fromTrial, untried } from "./trial.ts";

type Failure = Pick<FailedPrecondition, "verdict" | "why"> & { reason: ReasonCode };

function keep(
  inputs: PricingInputs,
  policy: PricingPolicy,
  failure: Failure,
  detail: Detail,
): PricingDecision {
  return {
    sku: inputs.sku,
    currency: inputs.currency,
    asOf: inputs.asOf,
    strategy: policy.strategy,
    verdict: failure.verdict,
    reason: failure.reason,
    from: inputs.price,
    to: inputs.price,
    changePct: 0,
    candidates: [],
    guardrails: [],
    binding: [],
    shadow: [],
    relaxations: [],
    unlimited: null,
    expected: null,
    atCurrent: null,
    delta: null,
    pGain: 0,
    confidence: 0,
    risk: "LOW",
    riskReasons: [],
    autoApprovable: false,
    towardsLimit: false,
    exploration: null,
    sentence: blockedSentence(inputs.price, inputs.currency, failure.why),
    inputs: detail === "all" ? inputs.facts() : [],
  };
}

/** Hard limits that leave no price, named with the two that exclude each other. */
function limitsConflict(problem: PricingProblem): Failure | null {
  const { hard, limits, inputs, context } = problem;
  if (context.marginFloor === null) {
    const why = limits[GUARDRAILS.length - 1]!.why;
    return { verdict: "blocked", reason: "floor_unreachable", why };
  }
  if (hard.lo <= hard.hi) return nothingPayable(problem);
  const hardAt = (side: "lo" | "hi", value: number) =>
    GUARDRAILS.find((guardrail, j) => guardrail.yields === "never" && limits[j]?.[side] === value)!.name;
  const lower = `${hardAt("lo", hard.lo)} ${formatMoney(hard.lo, inputs.currency)}`;
  const upper = `${hardAt("hi", hard.hi)} ${formatMoney(hard.hi, inputs.currency)}`;
  return {
    verdict: "blocked",
    reason: "limits_conflict",
    why: `the limits exclude each other: ${lower} is above ${upper}`,
  };
}

/** Hard limits so close to each other that no payable price lies between them, and the present price does not either. */
function nothingPayable({ hard, inputs, policy }: PricingProblem): Failure | null {
  const points = pricePoints(inputs.currency, policy.pricePoints);
  const isAllowed = inputs.price >= hard.lo && inputs.price <= hard.hi;
  if (isAllowed || payableFrom(hard.lo, points) <= hard.hi) return null;
  const [lo, hi, step] = [hard.lo, hard.hi, points.step].map((price) => formatMoney(price, inputs.currency));
  const why = `no multiple of ${step} lies within the limits, ${lo} to ${hi}`;
  return { verdict: "blocked", reason: "limits_conflict", why };
}

/** Why no step towards the allowed prices can be proposed. */
function stepConflict(problem: PricingProblem, choice: Choice): Failure {
  const { inputs, hard, pace } = problem;
  const { currency } = inputs;
  const reason = choice.reason ?? "no_feasible_price";
  const isFloor = reason === "floor_step_conflict";
  const limit = isFloor ? hard.lo : hard.hi;
  const step = isFloor ? pace.hi : pace.lo;
  const words = isFloor ? "the lowest allowed price" : "the highest allowed price";
  const shown = limit < HIGHEST ? ` ${formatMoney(limit, currency)}` : "";
  const reach = formatMoney(step, currency);
  const why = `${words}${shown} lies beyond the largest step, ${reach}; a person has to set it`;
  return { verdict: "blocked", reason, why };
}

/** Demand that is too old says nothing of a gain: only a price that loses money is decided in spite of it. */
function withUsableDemand(inputs: PricingInputs, policy: PricingPolicy): PricingInputs {
  const isStale = losesMoney(inputs) && demandFailure(inputs, policy) !== null;
  return isStale ? { ...inputs, demand: null } : inputs;
}

/** Whether a trial that is over leaves the price where the decision without it would have taken it: it is one like any other then. */
function isAdopted({ problem, choice }: { problem: PricingProblem; choice: Choice }): boolean {
  return choice.reason === "trial_over" && choice.candidate === problem.evaluation.current;
}

/**
 * Decides the price of one SKU: the candidate price with the largest expected objective among those that
 * every guardrail allows, with the reason for each that was removed, and what each guardrail did and costs. Pure and
 * deterministic; `inputs.asOf` is the clock. Keeping the price is a decision too (`hold`): a change is proposed only if
 * the price differs from the current one. A price may be drawn to learn from instead; where one is in force, the decision is
 * made as if it were not, and then taken from there. With `detail` "changes", a price that is kept has its reason but neither
 * candidates nor facts.
 */
export function decidePrice(
  inputs: PricingInputs,
  policy: PricingPolicy,
  detail: Detail = "all",
): PricingDecision {
  const failed = failedPrecondition(inputs, policy);
  if (failed !== null) return keep(inputs, policy, failed, detail);
  const usable = withUsableDemand(inputs, policy);
  const problem = poseProblem(untried(usable), policy);
  const conflict = limitsConflict(problem);
  if (conflict !== null) return keep(inputs, policy, conflict, detail);
  const choice = choose(problem);
  if (choice.candidate < 0) return keep(inputs, policy, stepConflict(problem, choice), detail);
  const drawn = drawTrial(problem, choice) ?? choice;
  const { trial } = usable;
  if (!trial) return explain(problem, drawn, detail);
  const settled = fromTrial({ inputs: usable, trial }, policy, problem, drawn);
  if (settled.choice.candidate < 0) return keep(inputs, policy, stepConflict(problem, choice), detail);
  if (isAdopted(settled)) return decidePrice({ ...inputs, trial: null }, policy, detail);
  return explain(settled.problem, settled.choice, detail);
}
