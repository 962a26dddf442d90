/** Where something happens: a SKU of a seed's shop. */
export interface Place {
  readonly seed: number;
  readonly sku: number;
  readonly category: number;
}

/**
 * A kind of shop: how its demand moves, and how its merchant moved prices. A day `t` counts from the first of history; all
 * effects are in logs. What is not here is alike in all shops.
 */
export interface Shop {
  readonly name: string;
  readonly title: string;
  /** What moves demand beside the price. It goes on after the merchant's last day. */
  demand?(place: Place, t: number): number;
  /** The merchant's price above the list price of the handover; `units` are those of the days before. */
  price(place: Place, t: number, units: readonly number[]): number;
  /** Demand that the merchant's own doing brings beside the price, such as advertising; it ends with it. */
  lift?(place: Place, t: number): number;
  /** Whether the day is reported as a promotion. */
  promo?(place: Place, t: number): boolean;
  /** The price of a rival, in logs above our list price; where there is one, demand has its effect in it. */
  rival?(place: Place, t: number): number;
  /** Whether nothing is left to sell all day; such a day is reported as one without a sale. `price` as above. */
  isSoldOut?(place: Place, t: number, price: number): boolean;
}

/** Numbers of the keyed draws, so that none is used twice. */
export const STREAM = {
  categoryElasticity: 1,
  categoryMarkup: 2,
  categoryPhase: 3,
  shopPhase: 4,
  skuElasticity: 10,
  skuDemand: 11,
  skuCost: 12,
  skuMarkup: 13,
  skuShape: 14,
  skuPhase: 15,
  skuTrend: 16,
  skuLoading: 17,
  skuRise: 18,
  randomPrice: 20,
  promoBlock: 21,
  promoDepth: 22,
  weeklyShock: 23,
  priceNoise: 24,
  soldOut: 25,
  demandShock: 50,
  demandDraw: 51,
} as const;
