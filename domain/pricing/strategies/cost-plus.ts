import { formatPercent } from "../../base/money.ts";
import { displayedPrice, unitEconomics } from "../unit-economics.ts";
import type { Strategy } from "./strategy.ts";

/** Unit cost plus a markup on it (not a margin), displayed with tax where prices contain it. */
export const costPlus: Strategy = {
  name: "cost_plus",
  followsMarket: false,
  plan: (inputs, policy) => {
    if (inputs.unitCost === null) return { kind: "hold", confidence: 0, why: "the unit cost is not known" };
    const economics = unitEconomics({ ...inputs, unitCost: inputs.unitCost });
    const price = displayedPrice(inputs.unitCost * (1 + policy.markup), economics);
    const confidence = inputs.costImputed ? 0.5 : 1;
    return {
      kind: "target",
      price,
      confidence,
      why: `unit cost and a markup of ${formatPercent(policy.markup)}`,
    };
  },
};
