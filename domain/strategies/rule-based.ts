import type { PricingInputs } from "../optimisation/pricing-inputs.ts";
import type { Plan, Strategy } from "./strategy.ts";

const NO_COMPETITOR: Plan = { kind: "hold", confidence: 0, why: "no competitor has a valid offer" };

function gapToMean(inputs: PricingInputs): number | null {
  const { mean } = inputs.market;
  return mean === null || mean <= 0 ? null : (inputs.price - mean) / mean;
}

function percent(gap: number): string {
  return `${(gap * 100).toFixed(1)} %`;
}

/**
 * Raise, lower or hold by the gap to the competitors' mean price and the velocity of sales (a fast over a
 * slow exponential average): dearer than 10 % and not selling faster, go down by at most 10 %, not below the
 * mean; cheaper than 10 % and not selling slower, go up by at most 10 %, to at most 95 % of the mean; in
 * between and selling faster, up 2 %.
 */
export const ruleBased: Strategy = {
  name: "rule_based",
  followsMarket: true,
  plan: (inputs) => {
    const gap = gapToMean(inputs);
    const mean = inputs.market.mean;
    if (gap === null || mean === null) return NO_COMPETITOR;
    const { fastVelocity = 0, slowVelocity = 0 } = inputs.activity ?? {};
    const velocity = slowVelocity > 0 ? fastVelocity / slowVelocity : 1;
    const confidence =
      0.5 * inputs.market.confidence +
      0.3 * Math.min(1, Math.abs(gap) / 0.2) +
      0.2 * Math.min(1, inputs.market.count / 3);
    const pace = velocity.toFixed(2);
    const seen = `we are ${percent(gap)} from the competitors' mean, sales at ${pace} of their usual pace`;
    const target = (price: number): Plan => ({ kind: "target", price, confidence, why: seen });
    if (gap > 0.1 && velocity <= 1.1) return target(Math.max(0.9 * inputs.price, mean));
    if (gap < -0.1 && velocity >= 0.9) return target(Math.min(1.1 * inputs.price, 0.95 * mean));
    if (Math.abs(gap) <= 0.1 && velocity > 1.1) return target(1.02 * inputs.price);
    return { kind: "hold", confidence, why: seen };
  },
};

/**
 * The plain form: gap in percent and purchases of the last hour; dearer than 10 % with fewer than 2
 * purchases, or cheaper than 10 % with at least 5, both go to 99 % of the competitors' mean.
 */
export const ruleBasedLiteral: Strategy = {
  name: "rule_based_literal",
  followsMarket: true,
  plan: (inputs) => {
    const share = gapToMean(inputs);
    const mean = inputs.market.mean;
    if (share === null || mean === null) return NO_COMPETITOR;
    const gap = share * 100;
    const purchases = inputs.activity?.purchasesLastHour ?? 0;
    const sold = `${purchases} purchases in the last hour`;
    const why = `we are ${percent(share)} from the competitors' mean, ${sold}`;
    const moves = (gap > 10 && purchases < 2) || (gap < -10 && purchases >= 5);
    if (!moves) return { kind: "hold", confidence: Math.max(0.5, 1 - Math.abs(gap) / 20), why };
    const confidence = Math.round(Math.min(Math.abs(gap) / 20, 1) * 1000) / 1000;
    return { kind: "target", price: mean * 0.99, confidence, why };
  },
};
