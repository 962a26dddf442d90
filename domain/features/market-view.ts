import type { MarketView } from "../optimisation/pricing-inputs.ts";
import { median } from "../statistics/quantile.ts";
import type { FeatureOffer } from "./sku-features.ts";

/** The signal that a price war is on. */
export const SIGNAL_PRICE_WAR = "PRICE_WAR";

/** Trust in a market by the number of valid offers, 0, 1, 2, 3 and more. */
const COUNT_CONFIDENCE = [0, 0.7, 0.85, 1] as const;

/**
 * The market a decision may look at: offers that are in stock (or of unknown stock) and no older than `freshMs`.
 * Confidence falls with the age of the newest (e-fold a day) and with fewer offers.
 */
export function marketView(
  offers: readonly FeatureOffer[],
  asOf: number,
  freshMs: number,
  priceWar: boolean,
): MarketView {
  const valid = offers
    .filter(({ availability, observedAt }) => isOffered(availability) && asOf - observedAt <= freshMs)
    .map(({ competitor, landedPrice, observedAt }) => ({ competitor, price: landedPrice, observedAt }))
    .sort((a, b) => a.price - b.price || (a.competitor < b.competitor ? -1 : 1));
  const prices = valid.map(({ price }) => price);
  const newest = Math.max(...valid.map(({ observedAt }) => observedAt));
  const count = valid.length;
  const freshness = count === 0 ? 0 : Math.exp(-(asOf - newest) / 86_400_000);
  return {
    cheapest: valid[0] ?? null,
    secondCheapest: valid[1] ?? null,
    mean: count === 0 ? null : Math.round(prices.reduce((sum, price) => sum + price, 0) / count),
    median: count === 0 ? null : Math.round(median(prices)),
    count,
    confidence: COUNT_CONFIDENCE[Math.min(count, 3)]! * freshness,
    priceWar,
  };
}

function isOffered(availability: FeatureOffer["availability"]): boolean {
  return availability === "in_stock" || availability === "unknown";
}

/** When the newest offer was last seen, ms; null without any. */
export function newestOfferAt(offers: readonly FeatureOffer[]): number | null {
  return offers.length === 0 ? null : Math.max(...offers.map(({ observedAt }) => observedAt));
}
