import type { GuardrailName } from "../guardrails/guardrail.ts";
import { GUARDRAILS } from "../guardrails/table.ts";
import { bestUnder } from "../optimisation/solve.ts";
import { propensities, sampledSlope } from "../optimisation/thompson.ts";
import type { ExplorationRecord, ReasonCode } from "./decision.ts";
import type { PricingProblem } from "./problem.ts";

/** The candidate chosen, and under which guardrails. `reason` is set where it is not the usual one. */
export interface Choice {
  /** position of the candidate; -1 if none can be taken */
  candidate: number;
  /** bits of the guardrails that were in force in the end */
  active: number;
  /** what the candidates were compared by in the end */
  scores: Float64Array;
  relaxations: GuardrailName[];
  reason: ReasonCode | null;
  exploration: ExplorationRecord | null;
}

function bitsYielding(at: number | "pace"): number {
  let bits = 0;
  GUARDRAILS.forEach((guardrail, j) => {
    if (guardrail.yields === at) bits |= 1 << j;
  });
  return bits;
}

/** Bits that give way together, in the order in which they do. */
const STAGES: readonly number[] = [...new Set(GUARDRAILS.map((guardrail) => guardrail.yields))]
  .filter((yields) => typeof yields === "number")
  .sort((a, b) => a - b)
  .map(bitsYielding);
const PACE = bitsYielding("pace");

function namesOf(bits: number): GuardrailName[] {
  return GUARDRAILS.filter((_, j) => (bits & (1 << j)) !== 0).map((guardrail) => guardrail.name);
}

/**
 * As far towards the allowed prices as the largest step goes. Up towards the floor always, for it loses less than the
 * present price even where a unit still loses money; down towards a cap only while a unit earns some.
 */
function stepTowards(problem: PricingProblem, active: number, relaxations: GuardrailName[]): Choice {
  const { evaluation, masks, hard, pace } = problem;
  const isFloor = hard.lo > pace.hi;
  const reason = isFloor ? "floor_step_conflict" : "cap_step_conflict";
  const scores = evaluation.price.map((price) => -Math.max(0, hard.lo - price, price - hard.hi));
  const paceOnly = active & PACE;
  const candidate = bestUnder(scores, masks, paceOnly, evaluation.current);
  const usable =
    candidate >= 0 && candidate !== evaluation.current && (isFloor || evaluation.unitProfit[candidate]! > 0);
  return {
    candidate: usable ? candidate : -1,
    active: paceOnly,
    scores,
    relaxations,
    reason,
    exploration: null,
  };
}

/**
 * Chooses the best feasible candidate. If none is feasible, guardrails give way stage by stage; hard limits and limits
 * on the pace never do: where they exclude each other, the price takes one step towards the allowed ones.
 */
export function choose(problem: PricingProblem): Choice {
  const { evaluation, scores, masks } = problem;
  const { current } = evaluation;
  let active = problem.active;
  let candidate = bestUnder(scores, masks, active, current);
  if (candidate >= 0) {
    const usual = { candidate, active, scores, relaxations: [], reason: null, exploration: null };
    return explore(problem, usual) ?? usual;
  }
  for (let s = 0; s < STAGES.length; s++) {
    active &= ~STAGES[s]!;
    if (bestUnder(scores, masks, active, current) < 0) continue;
    // One stage was what it took: of those before it, what leaves a price comes back into force, the hardest
    // first.
    for (let t = s - 1; t >= 0; t--) {
      const restored = active | (problem.active & STAGES[t]!);
      if (bestUnder(scores, masks, restored, current) >= 0) active = restored;
    }
    candidate = bestUnder(scores, masks, active, current);
    const relaxations = namesOf(problem.active & ~active);
    return { candidate, active, scores, relaxations, reason: null, exploration: null };
  }
  return stepTowards(problem, active, namesOf(problem.active & ~active));
}

/** Guardrails of exploiting moves: a move made to learn answers to the regret budget instead. */
const EVIDENCE: readonly GuardrailName[] = ["low_probability", "regret_cap", "min_gain"];
const EVIDENCE_BITS = GUARDRAILS.reduce(
  (bits, { name }, j) => (EVIDENCE.includes(name) ? bits | (1 << j) : bits),
  0,
);

/** Stock that covers the horizon's demand this many times cannot make an experiment expensive. */
const AMPLE_STOCK = 2;
/** How often the temperature is halved before the exploration is given up. */
const HALVINGS = 6;

function mayExplore(problem: PricingProblem): boolean {
  const { inputs, policy, evaluation, masks, plan } = problem;
  if (policy.exploration.temperature <= 0 || plan.kind !== "maximise") return false;
  if (inputs.noExploration || inputs.mapPrice !== null || inputs.clearance || inputs.costImputed)
    return false;
  if (masks[evaluation.current] !== 0) return false;
  return inputs.stock === null || inputs.stock >= AMPLE_STOCK * evaluation.units[evaluation.current]!;
}

function feasibleUnder(masks: Int32Array, active: number): number[] {
  const feasible: number[] = [];
  for (let i = 0; i < masks.length; i++) if ((masks[i]! & active) === 0) feasible.push(i);
  return feasible;
}

/**
 * A price drawn to learn: the best feasible one for a slope sampled from its posterior. If the draw is
 * expected to lose more than the regret budget the temperature is halved, in the end the exploration is given
 * up (null). The same seed, SKU and period draw the same price.
 */
function explore(problem: PricingProblem, usual: Choice): Choice | null {
  if (!mayExplore(problem)) return null;
  const { evaluation, masks, inputs, policy, response } = problem;
  const { salt, period, regretBudget } = policy.exploration;
  const { objective, logChange, unitValue, current } = evaluation;
  const active = usual.active & ~EVIDENCE_BITS;
  const best = objective[bestUnder(objective, masks, active, current)]!;
  if (best <= 0) return null;
  let { temperature } = policy.exploration;
  for (let halving = 0; halving <= HALVINGS; halving++, temperature /= 2) {
    const slope = sampledSlope(response, temperature, salt, inputs.sku, period);
    const scores = unitValue.map((value, i) =>
      value > 0 ? Math.log(value) + logChange[i]! * slope : -Infinity,
    );
    const candidate = bestUnder(scores, masks, active, current);
    const regret = 1 - objective[candidate]! / best;
    if (regret > regretBudget) continue;
    if (candidate === usual.candidate) return null;
    const feasible = feasibleUnder(masks, active);
    const drawn = propensities(logChange, unitValue, feasible, response, temperature);
    const propensity = drawn.get(candidate) ?? 0;
    const exploration = { slope, temperature, propensity, regret };
    return { candidate, active, scores, relaxations: [], reason: "explore", exploration };
  }
  return null;
}
