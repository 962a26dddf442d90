import type { PricingPolicy } from "../../settings/pricing-policy.ts";
import type { PricingInputs } from "../inputs.ts";

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
