import type { PricingInputs } from "../inputs.ts";
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

function clip01(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** From the competitors' mean, up or down by conversion (5 %) and stock (2 %). */
export const conversionRules: Strategy = {
  name: "conversion_rules",
  followsMarket: true,
  plan: (inputs) => {
    const { mean, count } = inputs.market;
    if (mean === null) return { kind: "hold", confidence: 0.5, why: "no competitor has a valid offer" };
    const conversion = inputs.activity?.conversionRate ?? null;
    let price = mean;
    if (conversion !== null && conversion > 0.05) price *= 1.05;
    if (conversion !== null && conversion < 0.02) price *= 0.95;
    if (inputs.stock !== null && inputs.stock < 10) price *= 1.02;
    if (inputs.stock !== null && inputs.stock > 100) price *= 0.98;
    let confidence = 0.5 + (count >= 3 ? 0.2 : count >= 1 ? 0.1 : 0);
    if (conversion !== null) confidence += 0.1;
    if (inputs.stock !== null && inputs.stock > 0) confidence += 0.1;
    // A far target is less sure; "far" is a share of the price, an amount of money would depend on the
    // currency.
    if (Math.abs(inputs.price - price) > 0.5 * inputs.price) confidence -= 0.1;
    const shown = conversion === null ? "unknown" : `${(conversion * 100).toFixed(1)} %`;
    const why = `the competitors' mean, conversion ${shown}, stock ${inputs.stock ?? "unknown"}`;
    return { kind: "target", price, confidence: clip01(confidence), why };
  },
};

/** Days until the stock is sold at the forecast pace; null if unknown. */
function daysOfStock(inputs: PricingInputs): number | null {
  if (inputs.stock === null || inputs.demand === null || inputs.demand.perDay <= 0) return null;
  return inputs.stock / inputs.demand.perDay;
}

/** 3 % down with more than 30 days of stock, 3 % up with fewer than 5. */
export const stockRules: Strategy = {
  name: "stock_rules",
  followsMarket: false,
  plan: (inputs) => {
    const days = daysOfStock(inputs);
    if (days === null) return { kind: "hold", confidence: 0, why: "the days of stock are not known" };
    const why = `${days.toFixed(0)} days of stock`;
    if (days > 30) return { kind: "target", price: inputs.price * 0.97, confidence: 0.7, why };
    if (days < 5) return { kind: "target", price: inputs.price * 1.03, confidence: 0.7, why };
    return { kind: "hold", confidence: 0.7, why };
  },
};
