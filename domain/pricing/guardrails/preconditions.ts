import { TOO_LARGE_MINOR } from "../../base/money.ts";
import type { PricingInputs, PricingPolicy } from "../inputs.ts";
import { contribution, unitEconomics } from "../unit-economics.ts";

type PreconditionReason =
  | "bad_input"
  | "missing_cost"
  | "missing_demand"
  | "stale_demand"
  | "stale_offers"
  | "out_of_stock"
  | "frozen"
  | "held_out";

const HELD_OUT = "it is held out: its price is kept, to measure what repricing the others earns";

/** Why no other price is considered at all. */
export interface FailedPrecondition {
  verdict: "hold" | "blocked";
  reason: PreconditionReason;
  why: string;
}

function isAmount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value < TOO_LARGE_MINOR;
}

function isFraction(value: number | null): boolean {
  return value === null || (value >= 0 && value < 1);
}

function isFinitePositive(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

function badProduct(inputs: PricingInputs): string | null {
  if (!isAmount(inputs.price, 1)) return "price";
  for (const field of ["minPrice", "maxPrice", "mapPrice", "msrp", "priceWeekAgo", "lowest30Days"] as const) {
    const value = inputs[field];
    if (value !== null && !isAmount(value, 1)) return field;
  }
  for (const field of ["unitCost", "unitFee", "stock"] as const) {
    const value = inputs[field];
    if (value !== null && !isAmount(value, 0)) return field;
  }
  if (!isFraction(inputs.taxRate)) return "taxRate";
  return isFraction(inputs.feeRate) ? null : "feeRate";
}

function badModel({ elasticity, demand, clearance }: PricingInputs): string | null {
  if (!Number.isFinite(elasticity.mean)) return "elasticity";
  if (!Number.isFinite(elasticity.sd) || elasticity.sd < 0) return "elasticity";
  if (demand !== null) {
    if (!Number.isFinite(demand.perDay) || demand.perDay < 0) return "demand";
    if (!Number.isFinite(demand.logVar) || demand.logVar < 0) return "demand";
    if (!isFinitePositive(demand.phi)) return "demand";
  }
  if (!clearance) return null;
  return isFinitePositive(clearance.daysLeft) && isAmount(clearance.salvage, 0) ? null : "clearance";
}

/** The name of the first input that is not a usable number, or null. */
function badInput(inputs: PricingInputs): string | null {
  const { cheapest, mean } = inputs.market;
  if (cheapest !== null && !isAmount(cheapest.price, 1)) return "market";
  if (mean !== null && !isFinitePositive(mean)) return "market";
  return badProduct(inputs) ?? badModel(inputs);
}

function blocked(reason: PreconditionReason, why: string): FailedPrecondition {
  return { verdict: "blocked", reason, why };
}

/** Strategies that choose by expected gain cannot decide without demand. */
function weighsDemand({ strategy }: PricingPolicy): boolean {
  return strategy === "elasticity_optimizer" || strategy === "ml_challenger";
}

/** Why demand is not known well enough to weigh a gain by it, or null. */
export function demandFailure(inputs: PricingInputs, policy: PricingPolicy): FailedPrecondition | null {
  if (inputs.demand === null || inputs.demandAgeDays === null) {
    return blocked("missing_demand", "there is no demand history");
  }
  if (inputs.demandAgeDays <= policy.demandFreshDays) return null;
  const days = Math.floor(inputs.demandAgeDays);
  return blocked(
    "stale_demand",
    `the newest demand is ${days} days old, at most ${policy.demandFreshDays} allowed`,
  );
}

/** Whether every unit sold at the present price loses money; a clearance may do so on purpose. */
export function losesMoney(inputs: PricingInputs): boolean {
  const { unitCost, price, clearance } = inputs;
  if (unitCost === null || clearance) return false;
  return contribution(price, unitEconomics({ ...inputs, unitCost })) < 0;
}

/**
 * What has to be true before another price is considered: the price is not frozen, the numbers are usable, there is
 * something to sell, the unit cost is known, demand is known and recent if the strategy weighs it, and somebody still
 * watches the market where competitors are known; the last two only while a unit earns something. Returns the first that
 * is not true, or null.
 */
export function failedPrecondition(inputs: PricingInputs, policy: PricingPolicy): FailedPrecondition | null {
  if (policy.heldOut) return { verdict: "hold", reason: "held_out", why: HELD_OUT };
  if (policy.strategy === "freeze") return { verdict: "hold", reason: "frozen", why: "prices are frozen" };
  const bad = badInput(inputs);
  if (bad !== null) return blocked("bad_input", `the input "${bad}" is not a usable number`);
  if (inputs.stock === 0) {
    return { verdict: "hold", reason: "out_of_stock", why: "it is out of stock" };
  }
  if (inputs.unitCost === null) {
    return { verdict: "hold", reason: "missing_cost", why: "the unit cost is not known" };
  }
  // a unit that loses money needs neither demand nor market to say that its price is too low
  if (losesMoney(inputs)) return null;
  const demand = weighsDemand(policy) ? demandFailure(inputs, policy) : null;
  if (demand !== null) return demand;
  const { newestOffer } = inputs;
  if (newestOffer !== null && newestOffer.hours > newestOffer.limitHours) {
    const hours = Math.floor(newestOffer.hours);
    return blocked(
      "stale_offers",
      `the newest offer is ${hours} hours old, at most ${newestOffer.limitHours} allowed`,
    );
  }
  return null;
}
