import { formatMoney, formatPercent } from "../../base/money.ts";
import type { PricingInputs } from "../inputs.ts";
import { lowestAtMarkup, marginCeiling } from "../unit-economics.ts";
import { type Guardrail, type GuardrailName, HIGHEST, LOWEST } from "./guardrail.ts";

type PriceField = "minPrice" | "maxPrice" | "mapPrice" | "msrp";

function bound(name: GuardrailName, field: PriceField, side: "lo" | "hi", words: string): Guardrail {
  return {
    name,
    yields: "never",
    keepsCurrent: false,
    limit: ({ inputs }: { inputs: PricingInputs }) => {
      const price = inputs[field];
      if (price === null) return null;
      const why = `${words} ${formatMoney(price, inputs.currency)}`;
      return side === "lo" ? { lo: price, hi: HIGHEST, why } : { lo: LOWEST, hi: price, why };
    },
  };
}

/** The brand's minimum advertised price. */
export const minimumAdvertised = bound("map", "mapPrice", "lo", "minimum advertised price");

/** The manufacturer's suggested retail price as a ceiling. */
export const suggestedRetail = bound("msrp", "msrp", "hi", "suggested retail price");

export const minPrice = bound("min_price", "minPrice", "lo", "lowest price of the product");

export const maxPrice = bound("max_price", "maxPrice", "hi", "highest price of the product");

/** A greatest margin, where the policy sets one. */
export const marginCap: Guardrail = {
  name: "margin_cap",
  yields: "never",
  keepsCurrent: false,
  limit: ({ inputs, policy, economics }) => {
    if (policy.marginMax === null) return null;
    const ceiling = marginCeiling(economics, policy.marginMax);
    if (ceiling === null) return null;
    const most = `margin at most ${formatPercent(policy.marginMax)}`;
    return { lo: LOWEST, hi: ceiling, why: `${most}: up to ${formatMoney(ceiling, inputs.currency)}` };
  },
};

/** A least markup on the unit cost, where the policy sets one; stock that has to be gone may be sold below it. */
export const markupFloor: Guardrail = {
  name: "markup_floor",
  yields: "never",
  keepsCurrent: false,
  limit: ({ inputs, policy, economics }) => {
    if (policy.markupMin === null || inputs.clearance) return null;
    const lo = lowestAtMarkup(economics, policy.markupMin);
    const from = formatMoney(lo, inputs.currency);
    return { lo, hi: HIGHEST, why: `markup at least ${formatPercent(policy.markupMin)}: from ${from}` };
  },
};

/** The margin floor. It is the last guardrail: none before it can push a price below. */
export const floor: Guardrail = {
  name: "floor",
  yields: "never",
  keepsCurrent: false,
  limit: ({ inputs, policy, marginFloor }) => {
    const lo = marginFloor ?? HIGHEST;
    if (marginFloor === null)
      return { lo, hi: HIGHEST, why: "fees and the least margin take the whole price" };
    const from = formatMoney(marginFloor, inputs.currency);
    const why = inputs.clearance
      ? `clearance: more than a leftover unit is worth, from ${from}`
      : `margin at least ${formatPercent(policy.marginMin)}: from ${from}`;
    return { lo, hi: HIGHEST, why };
  },
};
