import { canonicalJson, sha256Hex } from "../../base/canonical-json.ts";
import type { Risk } from "../../messages/proposal.ts";
import type { StrategyName } from "../../settings/strategies.ts";
import type { GuardrailName } from "../guardrails/guardrail.ts";
import type { InputFact } from "../inputs.ts";

/** Why a decision came out as it did. Stable: clients match on them. A guardrail's name is a reason too. */
export type ReasonCode =
  | "bad_input"
  | "missing_cost"
  | "missing_demand"
  | "stale_demand"
  | "stale_offers"
  | "out_of_stock"
  | "frozen"
  | "held_out"
  | "limits_conflict"
  | "floor_unreachable"
  | "floor_step_conflict"
  | "cap_step_conflict"
  | "no_feasible_price"
  | "already_best"
  | "higher_objective"
  | "explore"
  | "trial_over"
  | "strategy_target"
  | "strategy_hold"
  | "limit_violated"
  | "portfolio"
  | "family"
  | "by_hand"
  | GuardrailName;

type CandidateVerdict = "chosen" | "feasible" | "removed";

/** One price that was looked at. Money in integer minor units, expected over the horizon. */
export interface Candidate {
  price: number;
  expectedProfit: number;
  expectedRevenue: number;
  expectedUnits: number;
  pGain: number;
  verdict: CandidateVerdict;
  /** the guardrail that removed it */
  reason?: GuardrailName;
}

/** One step of the guardrails: the best price before and after it came into force. */
export interface GuardrailStep {
  name: GuardrailName;
  before: number;
  after: number;
  why: string;
}

/**
 * A guardrail whose removal alone would change the choice, and what it costs over the horizon (minor units).
 */
export interface Binding {
  name: GuardrailName;
  price: number;
  shadowValue: number;
}

/** Expected over the horizon; revenue is without tax. Money in integer minor units. */
export interface Outcome {
  units: number;
  revenue: number;
  profit: number;
  /** 80 % interval of the profit */
  interval80: [number, number];
}

/** How a price was drawn to learn from, for replay and for evaluation off policy. Money in minor units. */
export interface ExplorationRecord {
  /** the price that would be asked without the draw */
  without: number;
  /** expected loss against that price over the days compared; below 0 the drawn price is expected to earn more */
  cost: number;
  /** probability with which this price was drawn */
  propensity: number;
  /** sd of the elasticity now, and as a period at the drawn price is expected to leave it */
  sd: [before: number, after: number];
  /** where a slope was sampled: the slope and the temperature it was sampled with, after the regret budget */
  sampled?: { slope: number; temperature: number };
}

/**
 * The decision about one price. `propose`: change it. `hold`: keeping it is the decision. `blocked`: nothing
 * can be decided (inputs or limits are at fault), the price stays.
 */
export interface PricingDecision {
  sku: string;
  currency: string;
  asOf: number;
  strategy: StrategyName;
  verdict: "propose" | "hold" | "blocked";
  reason: ReasonCode;
  from: number;
  to: number;
  /** (to − from) / from · 100 */
  changePct: number;
  candidates: Candidate[];
  guardrails: GuardrailStep[];
  /** names of the guardrails whose removal alone would change the choice; `shadow` has their cost */
  binding: GuardrailName[];
  shadow: Binding[];
  /** guardrails that gave way because no price was feasible with them */
  relaxations: GuardrailName[];
  /** the optimum without any guardrail; null if the decision did not get that far */
  unlimited: number | null;
  /** at the decided price, at the current one, and the change between the two */
  expected: Outcome | null;
  atCurrent: Outcome | null;
  delta: Outcome | null;
  pGain: number;
  confidence: number;
  risk: Risk;
  riskReasons: string[];
  /** may be applied without a person, where the install allows that */
  autoApprovable: boolean;
  /** a step towards a limit that the current price breaks: the new price does not reach it either */
  towardsLimit: boolean;
  /** null unless the price is drawn to learn from */
  exploration: ExplorationRecord | null;
  sentence: string;
  inputs: InputFact[];
}

/** What of a decision counts for its identity: what was decided and why, all of it integers and names. */
export function decisionDigest(decision: PricingDecision): string {
  const { sku, verdict, reason, from, to, binding, relaxations } = decision;
  return sha256Hex(canonicalJson({ sku, verdict, reason, from, to, binding, relaxations }));
}

/**
 * One hash for all decisions of a run: over their digests in SKU order, so that it does not depend on the
 * order or the grouping in which they were made.
 */
export function decisionHash(digests: Iterable<{ sku: string; digest: string }>): string {
  const inOrder = [...digests].sort((a, b) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
  return sha256Hex(inOrder.map(({ sku, digest }) => `${canonicalJson(sku)}:${digest}\n`).join(""));
}
