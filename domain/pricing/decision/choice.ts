import type { GuardrailName } from "../guardrails/guardrail.ts";
import { GUARDRAILS } from "../guardrails/table.ts";
import { bestUnder } from "../optimisation/solve.ts";
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
    return { candidate, active, scores, relaxations: [], reason: null, exploration: null };
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
