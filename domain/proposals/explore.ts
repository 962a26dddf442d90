import type { GuardrailName } from "../guardrails/guardrail.ts";
import { GUARDRAILS } from "../guardrails/table.ts";
import { bestUnder } from "../optimisation/solve.ts";
import { propensities, sampledSlope } from "../optimisation/thompson.ts";
import type { Choice } from "./choice.ts";
import type { PricingProblem } from "./problem.ts";

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
export function explore(problem: PricingProblem, usual: Choice): Choice | null {
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
