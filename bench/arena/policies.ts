import { createCostPlus } from "./baselines/cost-plus.ts";
import { createDemandWeightedLiteral, createDemandWeightedSafe } from "./baselines/demand-weighted.ts";
import { createMatchLowest } from "./baselines/match-lowest.ts";
import { createOls } from "./baselines/ols.ts";
import { createRules } from "./baselines/rules.ts";
import { createStatic } from "./baselines/static.ts";
import { installPolicy } from "./install-policy.ts";
import type { PolicyFactory } from "./simulate.ts";

/** The policy whose share and gap stand at the top of a scenario's figures. */
export const DEFAULT_POLICY = "active";

/**
 * What a shop would set that wants to learn fast and follows every proposal: large steps, of prices to learn from too, as many of
 * these as are worth their cost, and no demand on the size or the chance of a gain.
 */
export const ACTIVE_SETTINGS = {
  exploration: { step: 0.15, weeklyBudget: 0.05 },
  guardrails: {
    maxStep: 0.5,
    weeklyCap: 1,
    cautiousStep: 0.1,
    coolDownHours: 0,
    minGain: 0.001,
    minGainMoney: 0,
    minProbability: 0,
    minProbabilityUnidentified: 0,
    regretCap: 1,
  },
};

/** Policies by name, in the order of the table; the last two are the product. */
export const POLICIES: Readonly<Record<string, PolicyFactory>> = {
  "demand-weighted": createDemandWeightedLiteral,
  match: () => createMatchLowest(),
  static: createStatic,
  rules: () => createRules(),
  "demand-weighted-safe": createDemandWeightedSafe,
  "cost-plus": createCostPlus,
  ols: () => createOls(),
  default: installPolicy({}),
  active: installPolicy(ACTIVE_SETTINGS),
};
