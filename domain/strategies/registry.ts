import type { StrategyName } from "../optimisation/pricing-policy.ts";
import { mlChallenger } from "./challenger/ml-challenger.ts";
import { competitorFollow } from "./competitor-follow.ts";
import { costPlus } from "./cost-plus.ts";
import { demandWeighted, demandWeightedLiteral } from "./demand-weighted.ts";
import { elasticityOptimizer } from "./elasticity-optimizer.ts";
import { conversionRules, stockRules } from "./factor-rules.ts";
import { freeze } from "./freeze.ts";
import { ruleBased, ruleBasedLiteral } from "./rule-based.ts";
import type { Strategy } from "./strategy.ts";

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
  freeze,
};
