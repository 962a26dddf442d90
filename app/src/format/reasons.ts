import { words } from "./words.ts";

/** Why the engine decided as it did, where the code itself is no word that a reader knows. */
const REASONS: Readonly<Record<string, string>> = {
  already_best: "The present price is the best",
  higher_objective: "Expected to earn more",
  explore: "Tried to learn how demand answers",
  trial_over: "The try is over",
  strategy_target: "The strategy’s price",
  strategy_hold: "The strategy keeps the price",
  limit_violated: "The present price breaks a limit",
  no_feasible_price: "No price fits every limit",
  limits_conflict: "The limits exclude each other",
  floor_unreachable: "The margin floor cannot be reached",
  floor_step_conflict: "The margin floor is more than a step away",
  cap_step_conflict: "The margin cap is more than a step away",
  held_out: "Held out, to measure against",
  portfolio: "Other changes of the run are worth more",
  proposal_cap: "Other changes of the run are worth more",
  by_hand: "Set by hand",
  low_probability: "A gain is not likely enough",
  low_confidence: "The inputs are not good enough",
  regret_cap: "The bad case costs too much",
  min_gain: "The gain is too small",
  min_change: "The change is too small",
  tried_range: "Too far from the prices tried so far",
  unidentified_step: "A small step while the elasticity is uncertain",
  imputed_cost: "A small step while the cost is an estimate",
  max_step: "Largest step",
  line: "Order of the family",
  map: "Minimum advertised price",
  msrp: "Recommended price",
  floor: "Margin floor",
  charm: "Price endings",
  stock_cover: "The stock has to last",
  no_rises: "Rises are frozen",
};

/** A reason or guardrail of a decision in words. */
export function reasonWords(code: string): string {
  return REASONS[code] ?? words(code);
}
