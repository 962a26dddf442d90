import type { GuardrailSettings } from "./settings.ts";
import type { Objective, StrategyName } from "./strategies.ts";

/** Tempered Thompson sampling: the slope is drawn from its posterior with `temperature` times its sd. */
export interface Exploration {
  /** 0 = off */
  temperature: number;
  /** the install's seed and the period's number: the same key draws the same slope */
  salt: number;
  period: number;
  /** the sampled price may be expected to lose at most this share of the best price's earnings */
  regretBudget: number;
}

/** How prices are decided. Shares are fractions, money is minor units, times say their unit. */
export interface PricingPolicy {
  strategy: StrategyName;
  objective: Objective;
  horizonDays: number;
  /** least margin (contribution over net price), not a markup on cost */
  marginMin: number;
  /** greatest margin; null = none */
  marginMax: number | null;
  /** largest change of one decision: between price / (1 + maxStep) and price · (1 + maxStep) */
  maxStep: number;
  weeklyCap: number;
  /** largest change while the elasticity is not identified by data, or the cost is imputed */
  cautiousStep: number;
  charmEndings: boolean;
  /** price as a share of the cheapest valid offer; null = no band */
  competitorBand: { lo: number; hi: number; minConfidence: number } | null;
  coolDownHours: number;
  maxChangesPerDay: number;
  demandFreshDays: number;
  /** least expected gain, as a share of what the current price earns and in money over the horizon */
  minGain: number;
  minGainMoney: number;
  minProbability: number;
  /** least probability of a gain for a change without a person */
  autoProbability: number;
  /** the change's 10 % worst case may lose at most this share of what the current price earns */
  regretCap: number;
  /** least quality of the inputs, 0..1 */
  minConfidence: number;
  /**
   * When the allowed prices lie beyond the largest step: "step" goes as far as the step allows and asks for
   * approval, "jump" goes there at once, "block" proposes nothing.
   */
  limitConflict: "step" | "jump" | "block";
  exploration: Exploration;
  /** competitor follow: this share below the cheapest (negative: above) */
  undercut: number;
  /** a new product keeps its price for so many days */
  launchHoldDays: number;
  /** how far shoppers overlook all but the leading digits of a price, 0 = not at all */
  leftDigit: number;
  /** cost plus: the markup on unit cost */
  markup: number;
}

export const DEFAULT_PRICING_POLICY: PricingPolicy = {
  strategy: "elasticity_optimizer",
  objective: { profit: 1, revenue: 0, units: 0 },
  horizonDays: 7,
  marginMin: 0.05,
  marginMax: null,
  maxStep: 0.1,
  weeklyCap: 0.2,
  cautiousStep: 0.05,
  charmEndings: true,
  competitorBand: null,
  coolDownHours: 24,
  maxChangesPerDay: 1,
  demandFreshDays: 7,
  minGain: 0.005,
  minGainMoney: 10,
  minProbability: 0.6,
  autoProbability: 0.75,
  regretCap: 0.02,
  minConfidence: 0.3,
  limitConflict: "step",
  exploration: { temperature: 0, salt: 0, period: 0, regretBudget: 0.01 },
  undercut: 0.01,
  launchHoldDays: 7,
  leftDigit: 0,
  markup: 0.5,
};

/** The install's guardrail settings as a pricing policy; what they do not name keeps its default. */
export function pricingPolicy(settings: GuardrailSettings): PricingPolicy {
  return {
    ...DEFAULT_PRICING_POLICY,
    marginMin: settings.marginMin,
    marginMax: settings.marginMax,
    competitorBand: settings.competitorBand,
    maxChangesPerDay: settings.maxChangesPerDay,
    launchHoldDays: settings.launchHoldDays,
    leftDigit: settings.leftDigit,
    maxStep: settings.maxStep,
    weeklyCap: settings.weeklyCap,
    minGain: settings.minGain,
    minProbability: settings.minProbability,
    coolDownHours: settings.coolDownHours,
    demandFreshDays: settings.demandFreshDays,
    charmEndings: settings.charmEndings,
  };
}
