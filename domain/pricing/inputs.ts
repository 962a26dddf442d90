import type { ActivityView } from "../learning/features/activity.ts";
import type { MarketView } from "../learning/features/market.ts";
import type { GuardrailSettings } from "../settings/guardrails.ts";
import type { PricePointSettings } from "../settings/price-points.ts";
import type { ResolvedRule } from "../settings/price-rules.ts";
import type { Objective, StrategyName } from "../settings/strategies.ts";
import type { PriceResponse } from "./optimisation/response.ts";

type ElasticityLabel = "inelastic" | "moderate" | "elastic" | "uncertain";

/** One fact a decision used, with the instant it is from (ms; null = no instant of its own). */
export interface InputFact {
  name: string;
  value: number | string | null;
  at: number | null;
}

/** The forecast of daily demand at the current price. */
export interface DemandView {
  /** mean units per day */
  perDay: number;
  /** variance of the log of the level */
  logVar: number;
  /** quasi-Poisson dispersion, variance over mean at a known level */
  phi: number;
}

/** Stock that will not come again and has to be gone by a date. */
export interface Clearance {
  /** days left to sell */
  daysLeft: number;
  /** what a unit left over is worth, net minor units */
  salvage: number;
}

/** Everything that one price decision may look at. Money is integer minor units of `currency`, instants are ms. */
export interface PricingInputs {
  sku: string;
  currency: string;
  /** the decision's clock */
  asOf: number;
  /** the served price, as displayed */
  price: number;
  unitCost: number | null;
  /** the cost is the category's typical one, not the product's own */
  costImputed: boolean;
  pricesIncludeTax: boolean;
  /** fractions; null = none */
  taxRate: number | null;
  feeRate: number | null;
  unitFee: number | null;
  elasticity: PriceResponse & {
    identified: boolean;
    label: ElasticityLabel;
    /** there is no estimate at all, the numbers are placeholders; absent = there is one */
    unknown?: boolean;
    /** past prices seem to have followed demand, so that it may be biased; absent = no */
    endogenous?: boolean;
  };
  competitorEffect: (PriceResponse & { identified: boolean }) | null;
  /** probability that competitors follow our cuts; 0 unless a follower was detected */
  followRate: number;
  demand: DemandView | null;
  market: MarketView;
  minPrice: number | null;
  maxPrice: number | null;
  mapPrice: number | null;
  msrp: number | null;
  /** what selling one more unit takes from the product's own family, minor units; absent = nothing */
  halo?: number;
  /** bounds from the product's family: variants in order, a unit of a multipack not dearer than a single one */
  ladder: { lo: number | null; hi: number | null } | null;
  /** whole units; null = unknown, which counts as in stock */
  stock: number | null;
  lastChangeAt: number | null;
  changesToday: number;
  /** the price served seven days ago */
  priceWeekAgo: number | null;
  /** lowest price of the last 30 days */
  lowest30Days: number | null;
  /** lowest and highest price that demand was seen at; null or absent = none is known */
  triedPrices?: { lo: number; hi: number } | null;
  /** days since the newest day of demand; null = there is no demand */
  demandAgeDays: number | null;
  /** age of the newest offer, and the age from which on the market counts as unknown; null = no competitor is known */
  newestOffer: { hours: number; limitHours: number } | null;
  /** the catalogue's price, before any repricing; null or absent = the current price */
  basePrice?: number | null;
  /** full days since the product's first day on sale, negative before it; null or absent = it is not new */
  daysSinceLaunch?: number | null;
  activity?: ActivityView | null;
  clearance?: Clearance | null;
  /** what the challenger says about the SKU; null or absent = no model was fitted */
  challenger?: ChallengerView | null;
  /** the price in force is tried to learn from; null or absent = it is not */
  trial?: Trial | null;
  /** no exploration on this product (a key value item, an opt-out) */
  noExploration?: boolean;
  /** provenance shown with the decision */
  facts: () => InputFact[];
}

/** What the challenger says about a SKU, or why it says nothing. */
export type ChallengerView = ChallengerOpinion | { kind: "none"; why: string };

/** What a fitted challenger says about one SKU, and how both models did on SKUs kept apart. Plain JSON. */
export interface ChallengerOpinion {
  kind: "fitted";
  slope: number;
  /** variance of the errors of such slopes on held-out SKUs */
  variance: number;
  /** mean held-out Poisson deviance per day */
  deviance: { filter: number; challenger: number };
}

/** A price in force that is tried to learn from. */
export interface Trial {
  /** the price that would be in force without it, minor units */
  without: number;
  /** when it came into force, ms */
  since: number;
}

/** How prices are tried to learn from. */
interface Exploration {
  /** the install's seed and the period's number: the same key draws the same price */
  salt: number;
  period: number;
  /** when the period began (ms), and its days */
  periodStart: number;
  periodDays: number;
  /** share of the expected profit of all that trying prices may cost on average; 0 = no drawn steps */
  weeklyBudget: number;
  /** what a sold unit leaves in the mean over the catalogue, minor units of the SKU's currency; null = not known */
  meanContribution: number | null;
  /** trials that are worth this much are made for certain, see `trialWorth`; null = what products have in common is not known yet */
  leastWorth: number | null;
  /** largest drawn step, a share of the price */
  step: number;
  /** above 0 a slope is sampled instead, from its posterior with `temperature` times its sd (Thompson sampling) */
  temperature: number;
  /** a price of a sampled slope may be expected to lose at most this share of the best price's earnings */
  regretBudget: number;
}

/** How one SKU is priced: the settings' guardrails, and what else of the settings is in force for it. */
export interface PricingPolicy extends GuardrailSettings {
  /** `freeze` beside `heldOut`: the price is kept to measure what repricing the others earns */
  strategy: StrategyName;
  heldOut?: boolean;
  /** an override forbids rises */
  noRises?: boolean;
  /** an override takes predicted demand to be lower */
  demandFactor?: number;
  objective: Objective;
  /** price steps and endings by currency */
  pricePoints: PricePointSettings;
  /** null: no price is tried */
  exploration: Exploration | null;
  /** competitor follow: this share below the cheapest (negative: above) */
  undercut: number;
  /** what sets the price where the strategy goes by a market that has no valid offer; freeze: keep it */
  marketFallback: StrategyName;
  /** cost plus: the markup on unit cost */
  markup: number;
  /** a key value item: its limits are tighter, and no price is tried; absent = it is none */
  isKeyValueItem?: true;
  /** the price rule that is in force; absent = none is */
  rule?: ResolvedRule;
}

const UNIDENTIFIED = 0.7;

const UNCERTAIN_LABEL = 0.9;

const IMPUTED_COST = 0.5;

/** Falls from 1 to `least` while an age goes from zero to its limit. */
function freshness(age: number, limit: number, least: number): number {
  return 1 - (1 - least) * Math.min(1, Math.max(0, age) / limit);
}

/**
 * How far the inputs of a decision can be trusted, 0..1: a product of factors for the elasticity (identified
 * by data or not), the age of demand and offers, and whether the cost is the product's own.
 */
export function inputQuality(inputs: PricingInputs, policy: PricingPolicy): number {
  let quality = inputs.elasticity.identified ? 1 : UNIDENTIFIED;
  if (inputs.elasticity.label === "uncertain") quality *= UNCERTAIN_LABEL;
  if (inputs.demandAgeDays !== null) quality *= freshness(inputs.demandAgeDays, policy.demandFreshDays, 0.75);
  const { newestOffer } = inputs;
  if (newestOffer !== null) quality *= freshness(newestOffer.hours, newestOffer.limitHours, 0.7);
  if (inputs.costImputed) quality *= IMPUTED_COST;
  return quality;
}
