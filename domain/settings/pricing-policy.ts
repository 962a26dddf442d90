import type { GuardrailSettings } from "./settings.ts";
import type { Objective, StrategyName } from "./strategies.ts";

/** Tempered Thompson sampling: the slope is drawn from its posterior with `temperature` times its sd. */
interface Exploration {
  /** 0 = off */
  temperature: number;
  /** the install's seed and the period's number: the same key draws the same slope */
  salt: number;
  period: number;
  /** the sampled price may be expected to lose at most this share of the best price's earnings */
  regretBudget: number;
}

/** How one SKU is priced: the settings' guardrails, and what else of the settings is in force for it. */
export interface PricingPolicy extends GuardrailSettings {
  strategy: StrategyName;
  objective: Objective;
  exploration: Exploration;
  /** competitor follow: this share below the cheapest (negative: above) */
  undercut: number;
  /** what sets the price where the strategy goes by a market that has no valid offer; freeze: keep it */
  marketFallback: StrategyName;
  /** cost plus: the markup on unit cost */
  markup: number;
}
