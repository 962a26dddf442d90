import { formatMinor, formatMoney } from "../../base/money.ts";
import { shownAvailability } from "../../messages/rows.ts";
import type { MarketView, OfferView } from "./market-view.ts";
import { previousPrice } from "./window.ts";

/** A share as a percentage with two decimals, without its sign. @example percent(-0.1234) // "12.34 %" */
export function percent(share: number): string {
  return `${(Math.abs(share) * 100).toFixed(2)} %`;
}

/** An amount of this market, with its currency. */
export function amount(view: MarketView, minor: number): string {
  return formatMoney(minor, view.product.currency);
}

/** What a competitor asks, to begin a sentence: "alpha asks 90.00 EUR". */
export function theirAsk(view: MarketView, offer: OfferView): string {
  return `${offer.competitor} asks ${amount(view, offer.price)}`;
}

/** Our price with its currency: "100.00 EUR". */
export function ourAmount(view: MarketView): string {
  return amount(view, view.product.price);
}

/**
 * How much dearer we are than them, in per cent of their price with two decimals; negative = we are cheaper.
 * @example gapPct(10_000, 9_000) // 11.11
 */
function gapPct(ours: number, theirs: number): number {
  return round2(((ours - theirs) / theirs) * 100);
}

export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What every signal about one competitor shows: their price before and now, our price, and the gap. */
export function offerEvidence(view: MarketView, offer: OfferView) {
  const { currency, price } = view.product;
  const before = previousPrice(offer.history);
  return {
    oldPrice: before === null ? null : formatMinor(before, currency),
    newPrice: formatMinor(offer.price, currency),
    ourPrice: formatMinor(price, currency),
    currency,
    gapPct: gapPct(price, offer.price),
    availability: shownAvailability(offer.availability),
    observedAt: new Date(offer.observedAt).toISOString(),
  };
}

/** What every signal about the market shows: our price against one reference price. */
export function marketEvidence(view: MarketView, reference: number, offers: number) {
  const { currency, price } = view.product;
  return {
    marketPrice: formatMinor(reference, currency),
    ourPrice: formatMinor(price, currency),
    currency,
    gapPct: gapPct(price, reference),
    offers,
  };
}
