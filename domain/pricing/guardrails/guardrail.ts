import type { PricingInputs, PricingPolicy } from "../inputs.ts";
import type { Evaluation } from "../optimisation/evaluation.ts";
import type { UnitEconomics } from "../unit-economics.ts";

export type GuardrailName =
  | "price_war"
  | "self_undercut"
  | "upward_recovery"
  | "competitor_band"
  | "low_confidence"
  | "low_probability"
  | "regret_cap"
  | "min_gain"
  | "min_change"
  | "tried_range"
  | "unidentified_step"
  | "max_step"
  | "weekly_cap"
  | "imputed_cost"
  | "cool_down"
  | "daily_cap"
  | "launch"
  | "no_rises"
  | "line"
  | "stock_cover"
  | "clearance"
  | "map"
  | "msrp"
  | "margin_cap"
  | "markup_floor"
  | "min_price"
  | "max_price"
  | "charm"
  | "floor";

/** What a guardrail may look at. */
export interface GuardrailContext {
  inputs: PricingInputs;
  policy: PricingPolicy;
  economics: UnitEconomics;
  /** the lowest price that earns the least margin; null if none does */
  marginFloor: number | null;
  /** 0..1: how far the inputs can be trusted */
  inputQuality: number;
  /** the strategy sets its price by the competitors' */
  followsMarket: boolean;
  /** the strategy chooses by expected gain, so that the gain has to be worth it */
  weighsGain: boolean;
  /** the price that the strategy names; null where it chooses by expected gain or holds */
  target: number | null;
}

/** The prices a guardrail allows: lo..hi (integers, inclusive), and of these those that `allows` accepts. */
export interface Limit {
  lo: number;
  hi: number;
  allows?: (evaluation: Evaluation, candidate: number) => boolean;
  /** in words, with the numbers */
  why: string;
}

/**
 * When a guardrail gives way if no price is feasible: the lower, the earlier. `never`: a hard limit. `pace`: limits how
 * fast a price moves, and does not give way either.
 */
type Yields = number | "never" | "pace";

/** One rule about prices. The table in `table.ts` orders them; the floor is last. */
export interface Guardrail {
  readonly name: GuardrailName;
  readonly yields: Yields;
  /** limits moves only: the current price may stay though a move to it would be refused */
  readonly keepsCurrent: boolean;
  /** null: does not apply to this decision */
  limit(context: GuardrailContext): Limit | null;
}

export const LOWEST = 1;
export const HIGHEST = Number.MAX_SAFE_INTEGER;
