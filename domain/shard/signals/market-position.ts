import { median } from "../../base/quantile.ts";
import { type SkuDefinition, severityOf } from "./definition.ts";
import { type MarketView, marketTrust } from "./market-view.ts";
import { amount, marketEvidence, ourAsk, percent } from "./wording.ts";

/** How far a market of one, two, three or more offers is to be trusted. */
const TRUST_BY_OFFERS = [0, 0.7, 0.85, 1];

function validPrices(view: MarketView): number[] {
  return view.offers.filter((offer) => offer.buyable).map((offer) => offer.price);
}

function trust(offers: number): number {
  return TRUST_BY_OFFERS[Math.min(offers, TRUST_BY_OFFERS.length - 1)]!;
}

/** We are dearer than the middle of the market. */
export const ABOVE_MARKET: SkuDefinition = {
  type: "ABOVE_MARKET",
  scope: "sku",
  priorities: [1, 2, 3],
  advice: ["Shoppers see it at once: come closer.", "Weigh a lower price.", "Keep an eye on it."],
  read: (view) => {
    const prices = validPrices(view);
    if (prices.length === 0) return null;
    const threshold = prices.length === 1 ? view.settings.aboveSingle : view.settings.aboveMarket;
    return { value: view.product.price / median(prices) - 1, threshold, inclusive: true };
  },
  tell: (view, reading) => {
    const prices = validPrices(view);
    const excess = percent(reading.value);
    const middle = Math.round(median(prices));
    return {
      severity: severityOf(reading, 0.25),
      confidence: trust(prices.length) * marketTrust(view),
      evidence: marketEvidence(view, middle, prices.length),
      message: `At ${ourAsk(view)} we are ${excess} above the market's middle, ${amount(view, middle)}.`,
    };
  },
};

/** We are cheaper than the cheapest by more than winning takes. */
export const BELOW_MARKET: SkuDefinition = {
  type: "BELOW_MARKET",
  scope: "sku",
  priorities: [2, 3, 3],
  advice: ["Money is left on the table: raise in steps.", "Weigh a higher price.", "Nothing presses."],
  read: (view) => {
    const prices = validPrices(view);
    if (prices.length === 0) return null;
    return {
      value: 1 - view.product.price / Math.min(...prices),
      threshold: view.settings.belowMarket,
      inclusive: true,
    };
  },
  tell: (view, reading) => {
    const prices = validPrices(view);
    const shortfall = percent(reading.value);
    const cheapest = Math.min(...prices);
    return {
      severity: severityOf(reading, 0.25),
      confidence: trust(prices.length) * marketTrust(view),
      evidence: marketEvidence(view, cheapest, prices.length),
      message: `At ${ourAsk(view)} we are ${shortfall} below the cheapest, ${amount(view, cheapest)}.`,
    };
  },
};
