import type { MarketView } from "../../../../domain/learning/features/market.ts";
import type { PricingInputs, PricingPolicy } from "../../../../domain/pricing/inputs.ts";
import { DEFAULT_SETTINGS } from "../../../../domain/settings/settings.ts";

/** A market without a single valid offer. */
const NO_MARKET: MarketView = {
  cheapest: null,
  secondCheapest: null,
  mean: null,
  median: null,
  count: 0,
  confidence: 0,
  priceWar: false,
};

export const NOW = Date.UTC(2026, 4, 4, 12);
export const HOUR = 3_600_000;

/** A product at 19.90 EUR, cost 10.00, three units a day, elasticity −2.1 ± 0.2: its optimum is 19.09. */
export function inputsOf(changes: Partial<PricingInputs> = {}): PricingInputs {
  return {
    sku: "LAMP-1",
    currency: "EUR",
    asOf: NOW,
    price: 1990,
    unitCost: 1000,
    costImputed: false,
    pricesIncludeTax: false,
    taxRate: null,
    feeRate: null,
    unitFee: null,
    elasticity: { mean: -2.1, sd: 0.2, identified: true, label: "moderate" },
    competitorEffect: null,
    followRate: 0,
    demand: { perDay: 3, logVar: 0.02, phi: 1.5 },
    market: NO_MARKET,
    minPrice: null,
    maxPrice: null,
    mapPrice: null,
    msrp: null,
    ladder: null,
    stock: null,
    lastChangeAt: null,
    changesToday: 0,
    priceWeekAgo: null,
    lowest30Days: null,
    demandAgeDays: 0,
    newestOffer: null,
    facts: () => [{ name: "unit cost", value: 1000, at: NOW - HOUR }],
    ...changes,
  };
}

/** The policy of a fresh install, without exploration. */
export function policyOf(changes: Partial<PricingPolicy> = {}): PricingPolicy {
  const { guardrails, strategy, objective, undercut, markup, marketFallback, pricePoints } = DEFAULT_SETTINGS;
  const choices = { strategy, objective, undercut, markup, marketFallback, pricePoints };
  return { ...guardrails, ...choices, exploration: null, ...changes };
}

/** Exploration in a period of seven days that began the night before; nothing is on unless `changes` says so. */
export function explorationOf(changes: Partial<PricingPolicy["exploration"]> = {}) {
  return {
    ...{ salt: 7, period: 0, periodStart: NOW - 12 * HOUR, periodDays: 7 },
    ...{
      weeklyBudget: 0,
      step: 0.08,
      temperature: 0,
      regretBudget: 0.01,
      meanContribution: null,
      leastWorth: null,
    },
    ...changes,
  };
}

export function marketAt(price: number, changes: Partial<MarketView> = {}): MarketView {
  return {
    ...NO_MARKET,
    cheapest: { competitor: "rival", price, observedAt: NOW - HOUR },
    mean: price,
    median: price,
    count: 1,
    confidence: 0.9,
    ...changes,
  };
}

/** An elasticity known so well that only its mean counts. */
export function elastic(mean: number, sd = 0.05): PricingInputs["elasticity"] {
  return { mean, sd, identified: true, label: "elastic" };
}
