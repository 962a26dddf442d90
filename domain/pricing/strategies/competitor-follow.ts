import { formatMoney, formatPercent } from "../../base/money.ts";
import type { Strategy } from "./strategy.ts";

/**
 * A set share below (or above) the cheapest valid offer. Where a forecast of the cheapest price passed its
 * gate, that is the anchor. When we are the cheapest ourselves the rivals are still the anchor, so the price
 * recovers as they rise.
 */
export const competitorFollow: Strategy = {
  name: "competitor_follow",
  followsMarket: true,
  plan: (inputs, policy) => {
    const { cheapest, confidence } = inputs.market;
    if (cheapest === null) return { kind: "hold", confidence: 0, why: "no competitor has a valid offer" };
    const expected = inputs.market.expectedCheapest ?? null;
    const anchor = expected ?? cheapest.price;
    const price = anchor * (1 - policy.undercut);
    const share = formatPercent(Math.abs(policy.undercut));
    const side = policy.undercut > 0 ? `${share} below` : policy.undercut < 0 ? `${share} above` : "equal to";
    const shown = formatMoney(Math.round(anchor), inputs.currency);
    const whose =
      expected === null
        ? `the cheapest competitor (${cheapest.competitor}, ${shown})`
        : `the cheapest price expected (${shown})`;
    const why = `${side} ${whose}`;
    return { kind: "target", price, confidence, why };
  },
};
