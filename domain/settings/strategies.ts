/** What the price is chosen for: obj = profit·(profit) + revenue·(net revenue) + units·(units sold). */
export interface Objective {
  profit: number;
  revenue: number;
  /** minor units a sold unit is worth beyond its profit */
  units: number;
}

/** The ways to set a price; `domain/pricing/strategies` holds them. */
export const STRATEGY_NAMES = [
  "elasticity_optimizer",
  "rule_based",
  "rule_based_literal",
  "conversion_rules",
  "stock_rules",
  "demand_weighted",
  "demand_weighted_literal",
  "competitor_follow",
  "cost_plus",
  "ml_challenger",
  "price_rule",
  "freeze",
] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** How a family moves as one: all of it at one price, or all by the same change. */
export const FAMILY_MOVES = ["price", "change"] as const;
export type FamilyMove = (typeof FAMILY_MOVES)[number];
