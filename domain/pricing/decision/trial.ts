import { uniform } from "../../base/keyed-random.ts";
import type { GuardrailName } from "../guardrails/guardrail.ts";
import { GUARDRAILS } from "../guardrails/table.ts";
import type { PricingInputs, PricingPolicy, Trial } from "../inputs.ts";
import { comparedDays } from "../optimisation/sales.ts";
import { bestUnder } from "../optimisation/solve.ts";
import { propensities, sampledSlope, textKey } from "../optimisation/thompson.ts";
import type { Choice } from "./choice.ts";
import type { ExplorationRecord } from "./decision.ts";
import { closeness, type PricingProblem, poseProblem } from "./problem.ts";
import { trialChance, trialWorth } from "./trial-worth.ts";

type Exploration = NonNullable<PricingPolicy["exploration"]>;

function bitsOf(names: readonly GuardrailName[]): number {
  return GUARDRAILS.reduce((bits, { name }, j) => (names.includes(name) ? bits | (1 << j) : bits), 0);
}

/** Guardrails of moves that are to gain: one that is to teach answers to its budget instead. */
const EVIDENCE = bitsOf(["low_probability", "regret_cap", "min_gain"]);
/** Both sides of a trial keep this one from the price without it, so that from one side to the other is twice as far. */
const CAUTION = bitsOf(["unidentified_step"]);
const CHARM = bitsOf(["charm"]);

/** Stock that covers the horizon's demand this many times cannot make an experiment expensive. */
const AMPLE_STOCK = 2;
/** How often the temperature is halved before the exploration is given up. */
const HALVINGS = 6;
/** What a step teaches is worth so many times as much where it is asked of all products together. */
const COMMON_WORTH = 6;
/** A step of ln price smaller than this teaches nothing. */
const STEP_MIN = 0.02;
/** Number of the draws' key, so that no other draw is the same. */
const DRAW_KEY = 83;

/** The inputs as if no price were tried: the price without the trial, and demand moved to it. */
export function untried(inputs: PricingInputs): PricingInputs {
  const { trial, demand, elasticity, price } = inputs;
  if (!trial) return inputs;
  const factor = Math.exp(elasticity.mean * Math.log(trial.without / price));
  return {
    ...inputs,
    price: trial.without,
    demand: demand && { ...demand, perDay: demand.perDay * factor },
  };
}

function mayExplore({ inputs, evaluation, masks, plan }: PricingProblem): boolean {
  if (plan.kind !== "maximise" || inputs.demand === null || inputs.elasticity.unknown) return false;
  if (inputs.noExploration || inputs.mapPrice !== null || inputs.clearance || inputs.costImputed)
    return false;
  if (masks[evaluation.current] !== 0) return false;
  return inputs.stock === null || inputs.stock >= AMPLE_STOCK * evaluation.units[evaluation.current]!;
}

/**
 * A price drawn to learn from, beside the one that was chosen; null where nothing is to be tried. The same seed, SKU and
 * period draw the same.
 */
export function drawTrial(problem: PricingProblem, usual: Choice): Choice | null {
  const { exploration } = problem.policy;
  if (exploration === null || usual.reason !== null || usual.relaxations.length > 0) return null;
  if (!mayExplore(problem)) return null;
  return exploration.temperature > 0
    ? sampledPrice(problem, usual, exploration)
    : drawnStep(problem, usual, exploration);
}

/** What a day's sales tell of the elasticity per squared step of ln price: units over their dispersion. */
function informationOf({ evaluation, inputs, demand }: PricingProblem, candidate: number): number {
  return evaluation.units[candidate]! / comparedDays(inputs.clearance) / demand.phi;
}

/** The record of a candidate that is tried instead of the usual one. */
function recordOf(
  problem: PricingProblem,
  candidate: number,
  usual: number,
  { periodDays }: Exploration,
): Omit<ExplorationRecord, "propensity"> {
  const { evaluation, response } = problem;
  const step = evaluation.logChange[candidate]! - evaluation.logChange[usual]!;
  const information = informationOf(problem, usual) * periodDays * step * step;
  const precision = 1 / Math.max(response.sd, 1e-6) ** 2;
  return {
    without: evaluation.price[usual]!,
    cost: Math.round(evaluation.objective[usual]! - evaluation.objective[candidate]!),
    sd: [response.sd, 1 / Math.sqrt(precision + information)],
  };
}

/**
 * Up or down by chance in one period and the other way in the next, so that a trend moves neither. How large: up to the
 * policy's step, as far as the other guardrails go. How often: where it teaches most for its cost, as far as the budget goes.
 */
function drawnStep(problem: PricingProblem, usual: Choice, exploration: Exploration): Choice | null {
  const { objective, unitProfit } = problem.evaluation;
  const { salt, period, weeklyBudget, step } = exploration;
  const middle = usual.candidate;
  if (weeklyBudget <= 0 || objective[middle]! <= 0 || unitProfit[middle]! <= 0) return null;
  const active = usual.active & ~(EVIDENCE | CAUTION);
  const up = stepFrom(problem, middle, active, Math.log1p(step));
  const down = stepFrom(problem, middle, active, -Math.log1p(step));
  if (up === null || down === null) return null;
  const mean = (objective[up]! + objective[down]!) / 2;
  const chance = chanceOf(problem, middle, 1 - mean / objective[middle]!, exploration);
  const sku = textKey(problem.inputs.sku);
  const pair = Math.floor(period / 2);
  if (uniform(salt, sku, DRAW_KEY, pair) >= chance) return null;
  const isUp = uniform(salt, sku, DRAW_KEY + 1, pair) < 0.5 === (period % 2 === 0);
  const candidate = isUp ? up : down;
  const scores = closeness(problem.evaluation, problem.evaluation.price[candidate]!);
  return tried(
    usual,
    { candidate, active, scores },
    {
      ...recordOf(problem, candidate, middle, exploration),
      propensity: chance / 2,
    },
  );
}

/**
 * How likely a step is tried that costs a share of the profit. As long as it is asked what products have in common: the oftener
 * the less a unit leaves, within the budget. Of what they have in common a step teaches by its units, and it costs by its money:
 * that alone would try products in inverse proportion to what a unit leaves. What it teaches of the product itself is worth the
 * more, the more that earns: that alone would let each spend the same share of its profit. It is the geometric mean of the two.
 * Afterwards each product is tried as far as its own is worth it.
 */
function chanceOf(problem: PricingProblem, middle: number, cost: number, exploration: Exploration): number {
  const { weeklyBudget, meanContribution, leastWorth } = exploration;
  const worth = trialWorth(problem.response, informationOf(problem, middle));
  if (leastWorth !== null) return trialChance(worth, leastWorth);
  if (COMMON_WORTH * worth < 1) return 0;
  const unitProfit = problem.evaluation.unitProfit[middle]!;
  const cheapness = meanContribution === null ? 1 : Math.sqrt(meanContribution / unitProfit);
  return cost <= 0 ? 1 : Math.min(1, (weeklyBudget * cheapness) / cost);
}

/** The allowed candidate nearest to a step from the middle one; null where none is far enough. */
function stepFrom(
  { evaluation: { logChange }, masks }: PricingProblem,
  middle: number,
  active: number,
  step: number,
): number | null {
  let best: number | null = null;
  for (let i = 0; i < masks.length; i++) {
    if ((masks[i]! & active) !== 0) continue;
    const moved = logChange[i]! - logChange[middle]!;
    if (moved * step <= 0 || Math.abs(moved) > 1.25 * Math.abs(step)) continue;
    const distance = Math.abs(moved - step);
    if (best === null || distance < Math.abs(logChange[best]! - logChange[middle]! - step)) best = i;
  }
  if (best === null) return null;
  return Math.abs(logChange[best]! - logChange[middle]!) < STEP_MIN ? null : best;
}

function tried(
  usual: Choice,
  drawn: Pick<Choice, "candidate" | "active" | "scores">,
  exploration: ExplorationRecord,
): Choice {
  return { ...usual, ...drawn, reason: "explore", exploration };
}

function feasibleUnder(masks: Int32Array, active: number): number[] {
  const feasible: number[] = [];
  for (let i = 0; i < masks.length; i++) if ((masks[i]! & active) === 0) feasible.push(i);
  return feasible;
}

/**
 * The best feasible price for a slope sampled from its posterior. If it is expected to lose more than the regret budget the
 * temperature is halved, in the end the exploration is given up.
 */
function sampledPrice(problem: PricingProblem, usual: Choice, exploration: Exploration): Choice | null {
  const { evaluation, masks, inputs, response } = problem;
  const { salt, period, regretBudget } = exploration;
  const { objective, logChange, unitValue, current } = evaluation;
  const active = usual.active & ~EVIDENCE;
  const best = objective[bestUnder(objective, masks, active, current)]!;
  if (best <= 0) return null;
  let { temperature } = exploration;
  for (let halving = 0; halving <= HALVINGS; halving++, temperature /= 2) {
    const slope = sampledSlope(response, temperature, salt, inputs.sku, period);
    const scores = unitValue.map((value, i) =>
      value > 0 ? Math.log(value) + logChange[i]! * slope : -Infinity,
    );
    const candidate = bestUnder(scores, masks, active, current);
    if (1 - objective[candidate]! / best > regretBudget) continue;
    if (candidate === usual.candidate) return null;
    const drawn = propensities(logChange, unitValue, feasibleUnder(masks, active), response, temperature);
    return tried(
      usual,
      { candidate, active, scores },
      {
        ...recordOf(problem, candidate, usual.candidate, exploration),
        propensity: drawn.get(candidate) ?? 0,
        sampled: { slope, temperature },
      },
    );
  }
  return null;
}

/** Whether the price in force is tried until the period is over. */
function isRunning(problem: PricingProblem, { since }: Trial): boolean {
  const { exploration } = problem.policy;
  if (exploration === null || (exploration.weeklyBudget === 0 && exploration.temperature === 0)) return false;
  return since >= exploration.periodStart && mayExplore(problem);
}

/** The trial's price, unless the price in force is nearer to it than to the price without: then that. */
function towards(drawn: number | undefined, price: number, exploration: ExplorationRecord | null): number {
  if (drawn === undefined || exploration === null) return price;
  const whole = Math.log(drawn / exploration.without);
  return Math.log(price / exploration.without) / whole < 0.5 ? drawn : price;
}

/**
 * What to do while the price in force is a trial: keep it until its period is over, then the next draw or, without one, back
 * to the price without. From one side to the other may be more than one decision may move a price: the rest of the way follows
 * in the next one. Poses the decision again from the price in force; `choice` is the one made as if no price were tried.
 */
export function fromTrial(
  { inputs, trial }: { inputs: PricingInputs; trial: Trial },
  policy: PricingPolicy,
  problem: PricingProblem,
  choice: Choice,
): { problem: PricingProblem; choice: Choice } {
  const runs = isRunning(problem, trial);
  const chosen = problem.evaluation.price[choice.candidate]!;
  const target = runs ? towards(chosen, inputs.price, choice.exploration) : chosen;
  const stays = runs && target === inputs.price;
  const posed = poseProblem(inputs, policy, [target]);
  // the way back is to the very price that was left
  const spared = EVIDENCE | CAUTION | (target === trial.without ? CHARM : 0);
  const active = posed.active & ~spared;
  const scores = closeness(posed.evaluation, target);
  const candidate = bestUnder(scores, posed.masks, active, posed.evaluation.current);
  const reason = runs ? "explore" : (choice.reason ?? "trial_over");
  const exploration = stays ? null : choice.exploration;
  return { problem: posed, choice: { ...choice, candidate, active, scores, reason, exploration } };
}
