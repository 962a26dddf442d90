import { type Guardrail, HIGHEST, LOWEST } from "./guardrail.ts";

const HOUR_MS = 3_600_000;

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

/** The price that a product is launched at is kept for its first days: they tell what it is worth. */
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

/** So many changes a day and no more. */
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
