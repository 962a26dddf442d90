import { formatMoney, formatPercent } from "../../base/money.ts";
import { basisPoints, scaleMinor } from "../../base/rounding.ts";
import { HOUR_MS } from "../../base/time.ts";
import type { PricingInputs, PricingPolicy } from "../inputs.ts";
import { type Guardrail, HIGHEST, type Limit, LOWEST } from "./guardrail.ts";

const ONE = 10_000;

/**
 * Prices within a step of a reference: reference / (1 + step) to reference · (1 + step), the same distance
 * both ways in logs. Whole minor units throughout: in binary fractions 19.95 / 19.00 − 1 is more than 0.05.
 */
export function stepRange(reference: number, step: number): { lo: number; hi: number } {
  const bps = basisPoints(step);
  return {
    lo: Math.max(1, scaleMinor(reference, ONE, ONE + bps, Math.ceil)),
    hi: scaleMinor(reference, ONE + bps, ONE, Math.floor),
  };
}

function around(inputs: PricingInputs, reference: number, step: number, what: string): Limit {
  return {
    ...stepRange(reference, step),
    why: `at most ${formatPercent(step)} from ${formatMoney(reference, inputs.currency)}, ${what}`,
  };
}

/** Why the limit is tighter than that of other products. */
function ofItem({ isKeyValueItem }: PricingPolicy): string {
  return isKeyValueItem ? " of a key value item" : "";
}

/** The largest change of one decision. */
export const maxStep: Guardrail = {
  name: "max_step",
  yields: "pace",
  keepsCurrent: true,
  limit: ({ inputs, policy }) =>
    around(inputs, inputs.price, policy.maxStep, `the current price${ofItem(policy)}`),
};

/** The largest change within seven days. */
export const weeklyCap: Guardrail = {
  name: "weekly_cap",
  yields: "pace",
  keepsCurrent: true,
  limit: ({ inputs, policy }) =>
    inputs.priceWeekAgo === null
      ? null
      : around(inputs, inputs.priceWeekAgo, policy.weeklyCap, `the price seven days ago${ofItem(policy)}`),
};

/**
 * While data have not identified the elasticity: small steps of a price that has hardly ever moved, as the prior alone carries
 * no large move; then up to twice as far.
 */
export const unidentifiedStep: Guardrail = {
  name: "unidentified_step",
  yields: 0,
  keepsCurrent: true,
  limit: ({ inputs, policy: { cautiousStep, maxStep }, weighsGain }) => {
    if (!weighsGain || inputs.elasticity.identified) return null;
    const hasMoved = hasMovedBy(cautiousStep, inputs.triedPrices ?? null);
    const step = hasMoved ? 2 * cautiousStep : cautiousStep;
    // the largest step says it then
    if (step >= maxStep) return null;
    const still = hasMoved ? "" : " and the price has hardly moved so far";
    return around(inputs, inputs.price, step, `the elasticity is not identified by data yet${still}`);
  },
};

function hasMovedBy(step: number, tried: PricingInputs["triedPrices"]): boolean {
  return !!tried && tried.hi >= stepRange(tried.lo, step).hi;
}

/** While the cost is only the typical one of the category: small steps, and not below the 30-day low. */
export const imputedCost: Guardrail = {
  name: "imputed_cost",
  yields: "pace",
  keepsCurrent: true,
  limit: ({ inputs, policy }) => {
    if (!inputs.costImputed) return null;
    const range = around(inputs, inputs.price, policy.cautiousStep, "the unit cost is an estimate");
    if (inputs.lowest30Days === null) return range;
    const low = formatMoney(inputs.lowest30Days, inputs.currency);
    return {
      ...range,
      lo: Math.max(range.lo, inputs.lowest30Days),
      why: `${range.why}; not below the 30-day low of ${low}`,
    };
  },
};

/** No second change within the cool-down. */
export const coolDown: Guardrail = {
  name: "cool_down",
  yields: 5,
  keepsCurrent: true,
  limit: ({ inputs, policy }) => {
    if (inputs.lastChangeAt === null || policy.coolDownHours === 0) return null;
    const until = inputs.lastChangeAt + policy.coolDownHours * HOUR_MS;
    if (inputs.asOf >= until) {
      return { lo: LOWEST, hi: HIGHEST, why: `the last change is over ${policy.coolDownHours} h ago` };
    }
    const next = new Date(until).toISOString();
    const why = `the price changed less than ${policy.coolDownHours} h ago: next change from ${next}`;
    return { lo: inputs.price, hi: inputs.price, why };
  },
};

/** A launch price is kept for the first days: they show what the product is worth. */
export const launch: Guardrail = {
  name: "launch",
  yields: 5,
  keepsCurrent: true,
  limit: ({ inputs, policy }) => {
    const days = inputs.daysSinceLaunch ?? null;
    if (days === null || days >= policy.launchHoldDays) return null;
    const age = days < 0 ? "it is not on sale yet" : `it has been on sale for ${days} days`;
    const why = `${age}: the launch price is kept for ${policy.launchHoldDays} days`;
    return { lo: inputs.price, hi: inputs.price, why };
  },
};

/** No rise while an override forbids them. */
export const noRises: Guardrail = {
  name: "no_rises",
  yields: "pace",
  keepsCurrent: true,
  limit: ({ inputs, policy }) =>
    policy.noRises ? { lo: LOWEST, hi: inputs.price, why: "an override freezes price increases" } : null,
};

/** The largest number of changes a day. */
export const dailyCap: Guardrail = {
  name: "daily_cap",
  yields: 5,
  keepsCurrent: true,
  limit: ({ inputs, policy }) => {
    if (inputs.changesToday < policy.maxChangesPerDay) return null;
    const times = inputs.changesToday === 1 ? "once" : `${inputs.changesToday} times`;
    return { lo: inputs.price, hi: inputs.price, why: `the price has changed ${times} today` };
  },
};
