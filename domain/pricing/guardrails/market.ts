import { formatMoney, formatPercent } from "../../base/money.ts";
import { basisPoints, scaleMinor } from "../../base/rounding.ts";
import { type Guardrail, type GuardrailContext, HIGHEST, LOWEST } from "./guardrail.ts";

const ONE = 10_000;

/** While a price war runs we do not cut: waiting costs less than another round. */
export const priceWar: Guardrail = {
  name: "price_war",
  yields: 1,
  keepsCurrent: true,
  limit: ({ inputs }) =>
    inputs.market.priceWar
      ? { lo: inputs.price, hi: HIGHEST, why: "a price war is on: no cuts until it has calmed down" }
      : null,
};

/** A strategy that follows the market does not cut a price that is already the lowest. */
export const selfUndercut: Guardrail = {
  name: "self_undercut",
  yields: 1,
  keepsCurrent: true,
  limit: ({ inputs, followsMarket }) => {
    const cheapest = inputs.market.cheapest;
    if (!followsMarket || cheapest === null || inputs.price >= cheapest.price) return null;
    const theirs = formatMoney(cheapest.price, inputs.currency);
    return {
      lo: inputs.price,
      hi: HIGHEST,
      why: `our price is already below the cheapest competitor's (${cheapest.competitor}, ${theirs})`,
    };
  },
};

/**
 * The highest price to recover to: just under the cheapest rival, or above it where the strategy asks for that. A price that is
 * only foreseen is not followed upwards.
 */
function recoveryCeiling(cheapest: number, { policy, target }: GuardrailContext): number {
  const asked = policy.strategy === "competitor_follow" ? cheapest * (1 - policy.undercut) : (target ?? 0);
  return Math.max(cheapest - 1, Math.round(asked));
}

/**
 * A market follower that is the lowest goes back up to the second lowest, which is the cheapest rival: to just under
 * its price, or to the price that the strategy names where that is at or above it.
 */
export const upwardRecovery: Guardrail = {
  name: "upward_recovery",
  yields: 1,
  keepsCurrent: true,
  limit: (context) => {
    const { inputs, followsMarket } = context;
    const cheapest = inputs.market.cheapest;
    if (!followsMarket || cheapest === null || inputs.price >= cheapest.price - 1) return null;
    const hi = recoveryCeiling(cheapest.price, context);
    const theirs = formatMoney(cheapest.price, inputs.currency);
    const words =
      hi < cheapest.price ? "just under" : hi === cheapest.price ? "the price of" : "the set share above";
    return { lo: inputs.price, hi, why: `up to ${words} the second lowest, ${theirs}` };
  },
};

/**
 * The price as a share of the cheapest valid offer, where the policy sets a band and the offers can be
 * trusted.
 */
export const competitorBand: Guardrail = {
  name: "competitor_band",
  yields: 4,
  keepsCurrent: false,
  limit: ({ inputs, policy }) => {
    const band = policy.competitorBand;
    const cheapest = inputs.market.cheapest;
    if (band === null || cheapest === null || inputs.market.confidence < band.minConfidence) return null;
    const lo = Math.max(LOWEST, scaleMinor(cheapest.price, basisPoints(band.lo), ONE, Math.ceil));
    const hi = scaleMinor(cheapest.price, basisPoints(band.hi), ONE, Math.floor);
    const words = `${formatPercent(band.lo)} to ${formatPercent(band.hi)}`;
    const theirs = formatMoney(cheapest.price, inputs.currency);
    return {
      lo,
      hi,
      why: `${words} of the cheapest competitor (${cheapest.competitor}, ${theirs})`,
    };
  },
};
