import type { GuardrailName } from "../guardrails/guardrail.ts";
import { GUARDRAILS } from "../guardrails/table.ts";
import { choicesInOrder, leaveOneOut } from "../optimisation/solve.ts";
import type { Choice } from "./choice.ts";
import type { Binding, Candidate, GuardrailStep, PricingDecision, ReasonCode } from "./decision.ts";
import { changeOf, outcomeOf } from "./outcome.ts";
import type { PricingProblem } from "./problem.ts";
import { riskOf } from "./risk.ts";
import { keepSentence, proposeSentence, type SentenceFacts, strongestOf } from "./sentence.ts";

/** Least confidence, and least probability of a gain, for a change without a person. */
const AUTO_CONFIDENCE = 0.7;
const AUTO_PROBABILITY = 0.75;

function stepsOf(problem: PricingProblem, choice: Choice): { steps: GuardrailStep[]; unlimited: number } {
  const { evaluation, masks, limits } = problem;
  const inOrder = choicesInOrder(choice.scores, masks, choice.active, evaluation.current, GUARDRAILS.length);
  const steps: GuardrailStep[] = [];
  GUARDRAILS.forEach(({ name }, j) => {
    const limit = limits[j];
    if (!limit) return;
    const before = evaluation.price[inOrder[j]!]!;
    const after = evaluation.price[inOrder[j + 1]!]!;
    const yielded = (choice.active & (1 << j)) === 0;
    steps.push({
      name,
      before,
      after,
      why: yielded ? `${limit.why} (set aside: it would leave no price)` : limit.why,
    });
  });
  return { steps, unlimited: evaluation.price[inOrder[0]!]! };
}

function bindingOf(problem: PricingProblem, choice: Choice): Binding[] {
  const { evaluation, masks } = problem;
  const chosen = choice.candidate;
  const without = leaveOneOut(
    choice.scores,
    masks,
    choice.active,
    evaluation.current,
    chosen,
    GUARDRAILS.length,
  );
  const binding: Binding[] = [];
  GUARDRAILS.forEach(({ name }, j) => {
    const other = without[j]!;
    if (other === chosen) return;
    const shadowValue = Math.round(evaluation.objective[other]! - evaluation.objective[chosen]!);
    binding.push({ name, price: evaluation.price[other]!, shadowValue });
  });
  return binding;
}

function candidatesOf(problem: PricingProblem, choice: Choice): Candidate[] {
  const { evaluation, masks } = problem;
  const candidates: Candidate[] = [];
  for (let i = 0; i < masks.length; i++) {
    const candidate: Candidate = {
      price: evaluation.price[i]!,
      expectedProfit: Math.round(evaluation.profit[i]!),
      expectedRevenue: Math.round(evaluation.revenue[i]!),
      expectedUnits: Math.round(evaluation.units[i]! * 1000) / 1000,
      pGain: Math.round(evaluation.pGain[i]! * 10_000) / 10_000,
      verdict: "feasible",
    };
    const broken = masks[i]! & choice.active;
    if (i === choice.candidate) candidate.verdict = "chosen";
    else if (broken !== 0) {
      candidate.verdict = "removed";
      // The hardest of the broken rules stands last in the table.
      candidate.reason = GUARDRAILS[31 - Math.clz32(broken)]!.name;
    }
    candidates.push(candidate);
  }
  return candidates;
}

/**
 * The guardrail that keeps the price: the binding one that costs most; if only several together do, the last
 * of the chain that brought the choice back; null if the current price is simply best.
 */
function keptBy(
  steps: readonly GuardrailStep[],
  shadow: readonly Binding[],
  current: number,
): GuardrailStep | null {
  const strongest = strongestOf(shadow);
  if (strongest) return steps.find((step) => step.name === strongest.name)!;
  return steps.findLast((step) => step.before !== current && step.after === current) ?? null;
}

/** The guardrail of these that the current price breaks, the hardest of several. */
function violatedBy(problem: PricingProblem, among: number): { name: GuardrailName; why: string } | null {
  const broken = problem.masks[problem.evaluation.current]! & among;
  if (broken === 0) return null;
  const j = 31 - Math.clz32(broken);
  return { name: GUARDRAILS[j]!.name, why: problem.limits[j]!.why };
}

/** Why the choice was made: as a code and, where a guardrail or the strategy decided, in its words. */
function reasonOf(
  problem: PricingProblem,
  choice: Choice,
  steps: readonly GuardrailStep[],
  shadow: readonly Binding[],
): { reason: ReasonCode; why: string | null } {
  const { plan, inputs, evaluation } = problem;
  const isMove = choice.candidate !== evaluation.current;
  if (choice.reason !== null) {
    return { reason: choice.reason, why: violatedBy(problem, problem.active)?.why ?? null };
  }
  if (!isMove) {
    const keeper = keptBy(steps, plan.kind === "maximise" ? shadow : [], inputs.price);
    if (keeper) return { reason: keeper.name, why: keeper.why };
    if (plan.kind === "maximise") return { reason: "already_best", why: null };
    return { reason: plan.kind === "hold" ? "strategy_hold" : "strategy_target", why: plan.why };
  }
  // a limit that gave way moves no price
  const violated = violatedBy(problem, choice.active);
  if (violated) return { reason: "limit_violated", why: violated.why };
  if (plan.kind === "maximise") return { reason: "higher_objective", why: null };
  return { reason: "strategy_target", why: plan.why };
}

function confidenceOf(problem: PricingProblem, isMove: boolean, pGain: number): number {
  const { plan, context } = problem;
  const own = plan.kind === "maximise" ? (isMove ? pGain : 1) : plan.confidence;
  return Math.round(context.inputQuality * own * 1000) / 1000;
}

const NO_RISK = { risk: "LOW" as const, reasons: [] };

/** Which decisions carry their candidates and facts: all, or those that change a price. */
export type Detail = "all" | "changes";

/** The decision for a choice, with everything that led to it. */
export function explain(problem: PricingProblem, choice: Choice, detail: Detail = "all"): PricingDecision {
  const { inputs, evaluation } = problem;
  const i = choice.candidate;
  const to = evaluation.price[i]!;
  const isMove = i !== evaluation.current;
  const isDetailed = isMove || detail === "all";
  const { steps, unlimited } = stepsOf(problem, choice);
  // no guardrail decided what a person chose
  const shadow = choice.reason === "by_hand" ? [] : bindingOf(problem, choice);
  const { reason, why } = reasonOf(problem, choice, steps, shadow);
  const delta = changeOf(problem, i);
  const pGain = Math.round(evaluation.pGain[i]! * 10_000) / 10_000;
  const confidence = confidenceOf(problem, isMove, pGain);
  const relaxed = choice.relaxations.length > 0;
  const { risk, reasons } = isMove ? riskOf(problem, to, reason, relaxed) : NO_RISK;
  const facts: SentenceFacts = { problem, reason, to, delta, pGain, shadow, why, choice };
  const isSafe = isMove && risk === "LOW" && !inputs.costImputed;
  return {
    sku: inputs.sku,
    currency: inputs.currency,
    asOf: inputs.asOf,
    strategy: problem.strategy,
    verdict: isMove ? "propose" : "hold",
    reason,
    from: inputs.price,
    to,
    changePct: Math.round((to / inputs.price - 1) * 10_000) / 100,
    candidates: isDetailed ? candidatesOf(problem, choice) : [],
    guardrails: steps,
    binding: shadow.map(({ name }) => name),
    shadow,
    relaxations: choice.relaxations,
    unlimited,
    expected: outcomeOf(problem, i),
    atCurrent: outcomeOf(problem, evaluation.current),
    delta,
    pGain,
    confidence,
    risk,
    riskReasons: reasons,
    autoApprovable: isSafe && pGain >= AUTO_PROBABILITY && confidence >= AUTO_CONFIDENCE,
    towardsLimit: isMove && (to < problem.hard.lo || to > problem.hard.hi),
    exploration: choice.exploration,
    sentence: isMove ? proposeSentence(facts) : keepSentence(facts),
    inputs: isDetailed ? inputs.facts() : [],
  };
}
