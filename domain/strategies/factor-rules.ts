import type { PricingInputs } from "../optimisation/pricing-inputs.ts";
import type { Strategy } from "./strategy.ts";

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
export function daysOfStock(inputs: PricingInputs): number | null {
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
