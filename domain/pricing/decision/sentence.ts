import { formatMoney } from "../../base/money.ts";
import { comparedDays } from "../optimisation/sales.ts";
import type { Choice } from "./choice.ts";
import type { Binding, ExplorationRecord, Outcome, ReasonCode } from "./decision.ts";
import type { PricingProblem } from "./problem.ts";

/** The facts a sentence is made of: it says nothing that is not in the decision. */
export interface SentenceFacts {
  problem: PricingProblem;
  reason: ReasonCode;
  to: number;
  delta: Outcome;
  pGain: number;
  shadow: readonly Binding[];
  choice: Choice;
  /** the words of the guardrail that decided, if one did */
  why: string | null;
}

const GUARDRAIL_WORDS: Readonly<Record<Binding["name"], string>> = {
  price_war: "the price war guardrail",
  self_undercut: "the guardrail against undercutting ourselves",
  upward_recovery: "the recovery to the second lowest",
  competitor_band: "the competitor band",
  low_confidence: "the quality of the inputs",
  low_probability: "the least chance of a gain",
  regret_cap: "the cap on the bad case",
  min_gain: "the least gain",
  min_change: "the least change",
  tried_range: "the range of prices that were tried",
  unidentified_step: "the small step while the elasticity is not identified",
  max_step: "the largest step",
  weekly_cap: "the weekly cap",
  imputed_cost: "the small step on an estimated cost",
  cool_down: "the cool-down",
  daily_cap: "the daily cap",
  launch: "the launch price",
  no_rises: "the freeze of price increases",
  line: "the order of its family",
  stock_cover: "the stock that has to last",
  clearance: "the clearance",
  map: "the minimum advertised price",
  msrp: "the suggested retail price",
  margin_cap: "the margin cap",
  markup_floor: "the markup floor",
  min_price: "the product's lowest price",
  max_price: "the product's highest price",
  charm: "the price endings",
  floor: "the margin floor",
};

function signed(value: number, digits: number): string {
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}`;
}

function signedMoney(minor: number, currency: string): string {
  return `${minor > 0 ? "+" : minor < 0 ? "−" : ""}${formatMoney(Math.abs(minor), currency)}`;
}

/** The binding guardrail that costs most, the first of the table on a tie. */
export function strongestOf(shadow: readonly Binding[]): Binding | undefined {
  let strongest = shadow[0];
  for (const binding of shadow) if (binding.shadowValue > strongest!.shadowValue) strongest = binding;
  return strongest;
}

function limitedBy(facts: SentenceFacts): string {
  const strongest = strongestOf(facts.shadow);
  if (!strongest) return "";
  const price = formatMoney(strongest.price, facts.problem.inputs.currency);
  return ` Limited by ${GUARDRAIL_WORDS[strongest.name]}; without it ${price}.`;
}

function elasticityWords(facts: SentenceFacts): string {
  const { inputs, plan, response } = facts.problem;
  if (inputs.elasticity.unknown) return " Its elasticity is not known.";
  const { mean, sd } = response;
  const origin = inputs.elasticity.identified ? "" : ", mostly from its category";
  const source = plan.kind === "maximise" && plan.why !== undefined ? `${origin} (${plan.why})` : origin;
  return ` Elasticity ${mean.toFixed(2).replace("-", "−")} ± ${sd.toFixed(2)}${source}.`;
}

/** Why a clearance may cost profit: a unit of the stock counts as what it is worth later, not as its cost. */
function clearanceWords({ inputs, plan, opportunityCost }: PricingProblem): string {
  if (!inputs.clearance || inputs.stock === null || plan.kind !== "maximise") return "";
  const money = (minor: number) => formatMoney(Math.round(minor), inputs.currency);
  return (
    ` Chosen for a stock of ${inputs.stock} to be sold in ${inputs.clearance.daysLeft.toFixed(1)} days:` +
    ` a unit counts as ${money(opportunityCost)}, what it is worth if it is not sold now, and not as its cost of` +
    ` ${money(inputs.unitCost!)}.`
  );
}

const FORCED: Partial<Record<ReasonCode, string>> = {
  trial_over: "the price was tried to learn from, and the trial is over",
  strategy_target: "the strategy's price",
  family: "its family moves as one",
  by_hand: "another price than the proposed one, chosen by a person",
  limit_violated: "the current price breaks a limit",
  floor_step_conflict:
    "the lowest allowed price lies beyond the largest step, so this is one step towards it",
  cap_step_conflict: "the highest allowed price lies beyond the largest step, so this is one step towards it",
};

/** "expected cost 0.30 EUR over 7 days", and what that buys. */
function trialWords({ without, cost, sd }: ExplorationRecord, { inputs }: PricingProblem): string {
  const money = (minor: number) => formatMoney(minor, inputs.currency);
  const days = `over ${Math.ceil(comparedDays(inputs.clearance))} days`;
  const price = `${cost < 0 ? "expected gain" : "expected cost"} ${money(Math.abs(cost))} ${days}`;
  const [before, after] = sd.map((value) => value.toFixed(2));
  return (
    `${price} against ${money(without)}, the price without the trial; ` +
    `it tells us the elasticity to ± ${after} where we know it to ± ${before}`
  );
}

function forcedWords({ reason, to, choice, problem }: SentenceFacts): string | undefined {
  const { exploration } = choice;
  if (exploration === null) return FORCED[reason];
  const step = signed((to / exploration.without - 1) * 100, 1);
  return `this price is tried to learn how demand answers to ${step} %; ${trialWords(exploration, problem)}`;
}

/** What a change is expected to do, where demand is known at all. */
function effectWords({ problem, delta, pGain }: SentenceFacts): string {
  const { inputs } = problem;
  if (inputs.demand === null) return "what it does to profit and units is not known, for demand is not.";
  const money = (minor: number) => signedMoney(minor, inputs.currency);
  const [low, high] = delta.interval80;
  return (
    `expected profit over ${Math.ceil(comparedDays(inputs.clearance))} days ${money(delta.profit)} ` +
    `(80 % interval ${money(low)} to ${money(high)}), ` +
    `units ${signed(delta.units, 1)}, chance of a gain ${Math.round(pGain * 100)} %.`
  );
}

/** A change in one or two sentences. */
export function proposeSentence(facts: SentenceFacts): string {
  const { inputs } = facts.problem;
  const { currency } = inputs;
  const verb = facts.to > inputs.price ? "Raise" : "Cut";
  const change = signed((facts.to / inputs.price - 1) * 100, 1);
  const forced = forcedWords(facts);
  const effect = effectWords(facts);
  const [from, to] = [formatMoney(inputs.price, currency), formatMoney(facts.to, currency)];
  const head = `${verb} from ${from} to ${to} (${change} %)`;
  const because = forced ? `: ${forced}${facts.why ? ` (${facts.why})` : ""}; ${effect}` : `: ${effect}`;
  return `${head}${because}${clearanceWords(facts.problem)}${elasticityWords(facts)}${limitedBy(facts)}`;
}

/** Why the price stays, after the candidates were compared. */
export function keepSentence(facts: SentenceFacts): string {
  const { inputs } = facts.problem;
  const { currency } = inputs;
  const price = formatMoney(inputs.price, currency);
  if (facts.reason === "already_best") {
    return `Keep ${price}: no other price is expected to earn more.${elasticityWords(facts)}`;
  }
  if (facts.reason === "explore") {
    const { trial } = inputs;
    const without = trial ? ` Without the trial it would be ${formatMoney(trial.without, currency)}.` : "";
    return `Keep ${price} for this period: it is tried to learn how demand answers to it.${without}`;
  }
  return `Keep ${price}: ${facts.why ?? "no price is allowed"}.${limitedBy(facts)}`;
}

/** Why the price stays, before or without a comparison. */
export function blockedSentence(price: number, currency: string, why: string): string {
  const shown =
    Number.isSafeInteger(price) && price > 0 ? `Keep ${formatMoney(price, currency)}` : "No decision";
  return `${shown}: ${why}.`;
}
