import type { StrategyName } from "../../settings/strategies.ts";
import { mlChallenger } from "../challenger/ml-challenger.ts";
import { competitorFollow } from "./competitor-follow.ts";
import { costPlus } from "./cost-plus.ts";
import { demandWeighted, demandWeightedLiteral } from "./demand-weighted.ts";
import { priceRule } from "./price-rule.ts";
import { conversionRules, ruleBased, ruleBasedLiteral, stockRules } from "./rule-based.ts";
import type { Strategy } from "./strategy.ts";

/** Keeps the price, whatever happens. */
const freeze: Strategy = {
  name: "freeze",
  followsMarket: false,
  plan: () => ({ kind: "hold", confidence: 1, why: "prices are frozen" }),
};

/** The default: the price with the largest expected objective under the learned elasticity. */
const elasticityOptimizer: Strategy = {
  name: "elasticity_optimizer",
  followsMarket: false,
  plan: () => ({ kind: "maximise" }),
};

/** All strategies by name. */
export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  elasticity_optimizer: elasticityOptimizer,
  rule_based: ruleBased,
  rule_based_literal: ruleBasedLiteral,
  conversion_rules: conversionRules,
  stock_rules: stockRules,
  demand_weighted: demandWeighted,
  demand_weighted_literal: demandWeightedLiteral,
  competitor_follow: competitorFollow,
  cost_plus: costPlus,
  ml_challenger: mlChallenger,
  price_rule: priceRule,
  freeze,
};
