import { formatMoney, formatPercent } from "../../base/money.ts";
import { basisPoints } from "../../base/rounding.ts";
import { type Guardrail, HIGHEST, LOWEST } from "./guardrail.ts";
import { stepRange } from "./pace.ts";

/** No move on inputs that cannot be trusted. */
export const lowConfidence: Guardrail = {
  name: "low_confidence",
  yields: 0,
  keepsCurrent: true,
  limit: ({ inputs, policy, inputQuality }) => {
    const why = `quality of the inputs ${inputQuality.toFixed(2)}, at least ${policy.minInputQuality} needed`;
    return inputQuality < policy.minInputQuality
      ? { lo: inputs.price, hi: inputs.price, why }
      : { lo: LOWEST, hi: HIGHEST, why };
  },
};

/** The chance of a gain that is enough for a step back towards the shop's own price. */
const EVEN = 0.5;

/**
 * A move has to be likely enough to gain. While the elasticity is not identified it is only what such products usually
 * have: a shop whose prices are good already loses by following that, so the bar may be higher then. The burden of proof is
 * on leaving the shop's own price: for the way back to it an even chance is enough.
 */
export const lowProbability: Guardrail = {
  name: "low_probability",
  yields: 0,
  keepsCurrent: true,
  limit: ({ inputs, policy, weighsGain }) => {
    if (!weighsGain) return null;
    const { minProbability, minProbabilityUnidentified } = policy;
    const { identified } = inputs.elasticity;
    const least = identified ? minProbability : Math.max(minProbability, minProbabilityUnidentified);
    const bar = `the chance of a gain has to be at least ${formatPercent(least)}`;
    const own = inputs.basePrice ?? inputs.price;
    const [back, forth] = [Math.min(own, inputs.price), Math.max(own, inputs.price)];
    const leastAt = (price: number) => (price >= back && price <= forth ? Math.min(least, EVEN) : least);
    return {
      lo: LOWEST,
      hi: HIGHEST,
      allows: ({ pGain, price }, i) => pGain[i]! >= leastAt(price[i]!),
      why: identified ? bar : `the elasticity is not known yet: ${bar}`,
    };
  },
};

/**
 * The bad case of a move (10 % quantile) may not lose more than a small share of what the current price
 * earns.
 */
export const regretCap: Guardrail = {
  name: "regret_cap",
  yields: 0,
  keepsCurrent: true,
  limit: ({ policy, weighsGain }) =>
    weighsGain
      ? {
          lo: LOWEST,
          hi: HIGHEST,
          allows: (evaluation, i) => evaluation.adverse[i]! >= -policy.regretCap,
          why: `the worst tenth of the outcomes may lose at most ${formatPercent(policy.regretCap)}`,
        }
      : null,
};

/** A move has to be worth it: a share of the present earnings and an amount of money. */
export const minGain: Guardrail = {
  name: "min_gain",
  yields: 0,
  keepsCurrent: true,
  limit: ({ inputs, policy, weighsGain }) => {
    if (!weighsGain) return null;
    const money = formatMoney(policy.minGainMoney, inputs.currency);
    return {
      lo: LOWEST,
      hi: HIGHEST,
      allows: ({ objective, current }, i) => {
        const now = objective[current]!;
        return objective[i]! - now >= Math.max(policy.minGain * Math.abs(now), policy.minGainMoney);
      },
      why: `a change has to gain at least ${formatPercent(policy.minGain)} and ${money}`,
    };
  },
};

/** A change has to be large enough to be worth the work of changing it: no price beyond the one wanted, to make it so. */
export const minChange: Guardrail = {
  name: "min_change",
  yields: 0,
  keepsCurrent: true,
  limit: ({ inputs, policy, target }) => {
    if (policy.minChange === 0) return null;
    const why = `a change has to be at least ${formatPercent(policy.minChange)} of the price`;
    const isNear = target !== null && !changesByAtLeast(inputs.price, target, policy.minChange);
    if (isNear) return { lo: inputs.price, hi: inputs.price, why };
    return {
      lo: LOWEST,
      hi: HIGHEST,
      allows: ({ price }, i) => changesByAtLeast(inputs.price, price[i]!, policy.minChange),
      why,
    };
  },
};

/** Compared in integers, as shares in binary fractions are not exact. */
function changesByAtLeast(from: number, to: number, share: number): boolean {
  return Math.abs(to - from) * 10_000 >= basisPoints(share) * from;
}

/** How far beyond the prices that were tried a price may lie, however large a step is allowed. */
const UNTRIED_STEP = 0.1;

/**
 * Demand at prices that were never asked is a guess: a price chosen by expected gain lies at most one step outside the
 * range of those that were.
 */
export const triedRange: Guardrail = {
  name: "tried_range",
  yields: 0,
  keepsCurrent: true,
  limit: ({ inputs, policy, weighsGain }) => {
    const tried = inputs.triedPrices ?? null;
    if (!weighsGain || tried === null) return null;
    const step = Math.min(policy.maxStep, UNTRIED_STEP);
    const [lo, hi] = [tried.lo, tried.hi].map((price) => formatMoney(price, inputs.currency));
    const why = `at most ${formatPercent(step)} outside the prices that were tried, ${lo} to ${hi}`;
    return { lo: stepRange(tried.lo, step).lo, hi: stepRange(tried.hi, step).hi, why };
  },
};
