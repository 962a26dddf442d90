import { median } from "../../base/quantile.ts";
import { type SkuDefinition, severityOf } from "./definition.ts";
import { type MarketView, marketTrust } from "./market-view.ts";
import { amount, marketEvidence, ourAmount, percent } from "./wording.ts";

/** Trust in a market by its number of offers: none, one, two, three or more. */
const TRUST_BY_OFFERS = [0, 0.7, 0.85, 1];

function validPrices(view: MarketView): number[] {
  return view.offers.filter((offer) => offer.buyable).map((offer) => offer.price);
}

function trust(offers: number): number {
  return TRUST_BY_OFFERS[Math.min(offers, TRUST_BY_OFFERS.length - 1)]!;
}

/** We are dearer than the median of the market. */
export const ABOVE_MARKET: SkuDefinition = {
  type: "ABOVE_MARKET",
  contrary: "BELOW_MARKET",
  scope: "sku",
  priorities: [1, 2, 3],
  advice: ["Shoppers notice at once: come closer.", "Consider a lower price.", "Keep an eye on it."],
  read: (view) => {
    const prices = validPrices(view);
    if (prices.length === 0) return null;
    const threshold = prices.length === 1 ? view.settings.aboveSingle : view.settings.aboveMarket;
    return { value: view.product.price / median(prices) - 1, threshold, inclusive: true };
  },
  describe: (view, reading) => {
    const prices = validPrices(view);
    const excess = percent(reading.value);
    const middle = Math.round(median(prices));
    return {
      severity: severityOf(reading, 0.25),
      confidence: trust(prices.length) * marketTrust(view),
      evidence: marketEvidence(view, middle, prices.length),
      message: `Our ${ourAmount(view)} is ${excess} above the median of the market, ${amount(view, middle)}.`,
    };
  },
};

/** We are cheaper than the cheapest offer by more than it takes to win the sale. */
export const BELOW_MARKET: SkuDefinition = {
  type: "BELOW_MARKET",
  contrary: "ABOVE_MARKET",
  scope: "sku",
  priorities: [2, 3, 3],
  advice: ["Money is left on the table: raise the price in steps.", "Consider a higher price.", "No hurry."],
  read: (view) => {
    const prices = validPrices(view);
    if (prices.length === 0) return null;
    return {
      value: 1 - view.product.price / Math.min(...prices),
      threshold: view.settings.belowMarket,
      inclusive: true,
    };
  },
  describe: (view, reading) => {
    const prices = validPrices(view);
    const shortfall = percent(reading.value);
    const cheapest = Math.min(...prices);
    return {
      severity: severityOf(reading, 0.25),
      confidence: trust(prices.length) * marketTrust(view),
      evidence: marketEvidence(view, cheapest, prices.length),
      message: `Our ${ourAmount(view)} is ${shortfall} below the cheapest offer, ${amount(view, cheapest)}.`,
    };
  },
};
