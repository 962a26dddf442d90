import type { CompetitorOffer, PolicyView } from "../contract.ts";

/** A price rounded to minor units and kept between the view's floor and cap (1.05 and 3.5 times the cost). */
export function inBand(price: number, view: PolicyView): number {
  const low = Math.ceil(view.floor ?? 1.05 * view.cost);
  const high = Math.floor(view.cap ?? 3.5 * view.cost);
  return Math.min(high, Math.max(low, Math.round(price)));
}

/** Prices of the offers in stock. */
export function offersInStock(offers: readonly CompetitorOffer[]): number[] {
  return offers.filter(({ inStock }) => inStock).map(({ price }) => price);
}
