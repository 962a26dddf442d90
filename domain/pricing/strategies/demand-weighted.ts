import { currencyExponent } from "../../base/currency.ts";
import type { Strategy } from "./strategy.ts";

const STEP_MAJOR_UNITS = 5;
const AMPLITUDE = 0.1;

/**
 * Live demand price in its plain form: base + √points · 5 currency units, points never decay. It raises every
 * popular product without end and ignores cost: for comparison and demonstration only.
 */
export const demandWeightedLiteral: Strategy = {
  name: "demand_weighted_literal",
  followsMarket: false,
  plan: (inputs) => {
    const points = inputs.activity?.demandPoints ?? 0;
    const base = inputs.basePrice ?? inputs.price;
    const step = STEP_MAJOR_UNITS * 10 ** currencyExponent(inputs.currency);
    const why = `the base price and ${points} points of demand`;
    return { kind: "target", price: base + Math.sqrt(points) * step, confidence: 0.5, why };
  },
};

/**
 * Live demand price in a form that cannot run away: points with a half-life of a day against their usual
 * level, base · (1 + 0.1·(√(points/usual) − 1)), at most 10 % from the base.
 */
export const demandWeighted: Strategy = {
  name: "demand_weighted",
  followsMarket: false,
  plan: (inputs) => {
    const { decayedPoints = 0, usualPoints = 0 } = inputs.activity ?? {};
    if (usualPoints <= 0) return { kind: "hold", confidence: 0, why: "no usual level of demand is known" };
    const ratio = decayedPoints / usualPoints;
    const change = Math.min(AMPLITUDE, Math.max(-AMPLITUDE, AMPLITUDE * (Math.sqrt(ratio) - 1)));
    const base = inputs.basePrice ?? inputs.price;
    const why = `demand at ${ratio.toFixed(2)} of its usual level`;
    return { kind: "target", price: base * (1 + change), confidence: 0.6, why };
  },
};
