import { gamma, normal, poisson, uniform } from "../../domain/base/keyed-random.ts";
import { COMPETITORS, type DemoCompetitor, type DemoProduct, PRODUCTS } from "./catalogue.ts";

/**
 * The simulated market: every price and every sale is a function of the seed and of when, so that the demo can be
 * stopped and carried on. Days are numbers of days since 1970-01-01, money is euro cents.
 */

/** What a keyed draw is for. */
const STREAM = {
  sells: 1,
  price: 2,
  promotion: 3,
  shift: 4,
  own: 5,
  season: 6,
  noise: 7,
  sale: 8,
  move: 9,
  stock: 10,
};

/** A competitor's price of a product at one time. */
export interface MarketOffer {
  product: DemoProduct;
  competitor: DemoCompetitor;
  price: number;
  availability: "in_stock" | "out_of_stock";
}

/** The charm price (…9 cents, above 50 euro …90 cents) nearest to an amount. */
export function charmPrice(amount: number): number {
  const step = amount >= 5_000 ? 100 : 10;
  const ending = amount >= 5_000 ? 10 : 1;
  return Math.max(step, Math.round((amount + ending) / step) * step) - ending;
}

/** The competitors that sell a product: three of them, or all four. */
export function sellersOf(seed: number, productIndex: number): number[] {
  const missing = Math.floor(uniform(seed, STREAM.sells, productIndex) * COMPETITORS.length * 2);
  return COMPETITORS.map((_, index) => index).filter((index) => index !== missing);
}

/** Competitors keep a price for a block of days; every pair of product and competitor changes on its own day. */
const BLOCK_DAYS = 6;

/** A competitor's price on a day: its level, a new draw each block, a promotion in one block of twelve. */
function competitorOffer(
  seed: number,
  productIndex: number,
  competitorIndex: number,
  day: number,
): MarketOffer {
  const product = PRODUCTS[productIndex]!;
  const competitor = COMPETITORS[competitorIndex]!;
  const pair = [seed, productIndex, competitorIndex] as const;
  const shift = Math.floor(uniform(...pair, STREAM.shift) * BLOCK_DAYS);
  const block = Math.floor((day + shift) / BLOCK_DAYS);
  const promotion = uniform(...pair, STREAM.promotion, block) < 1 / 12 ? 0.86 : 1;
  const level = Math.exp(competitor.level + 0.035 * normal(...pair, STREAM.price, block));
  return {
    product,
    competitor,
    price: charmPrice(product.basePrice * level * promotion),
    availability: uniform(...pair, STREAM.stock, block) < 0.03 ? "out_of_stock" : "in_stock",
  };
}

/** The offers of all who sell a product on a day. */
export function offersOn(seed: number, productIndex: number, day: number): MarketOffer[] {
  return sellersOf(seed, productIndex).map((index) => competitorOffer(seed, productIndex, index, day));
}

/** Our own price on a day before the demo began: up to a tenth about the base price, a new one each week. */
export function ownPriceBefore(seed: number, productIndex: number, day: number): number {
  const week = Math.floor((day + productIndex) / 7);
  const change = 0.1 * (2 * uniform(seed, STREAM.own, productIndex, week) - 1);
  return charmPrice(PRODUCTS[productIndex]!.basePrice * Math.exp(change));
}

/** Relative demand from Thursday (the first day of the epoch) to Wednesday. */
const DAY_OF_WEEK = [0.98, 1.05, 1.12, 1.04, 0.95, 0.92, 0.94];
/** Elasticity of our demand to the cheapest competitor's price. */
const CROSS_ELASTICITY = 0.5;
/** Gamma shape of what makes one day differ from the next beyond chance: variance of the mean 1/12. */
const DAY_SHAPE = 12;

/**
 * Mean units of a day: the product's volume, a slow season of its own, the day of the week, a constant own-price
 * elasticity and the pull of the cheapest offer in stock.
 */
export function meanUnits(
  seed: number,
  productIndex: number,
  day: number,
  price: number,
  offers: readonly MarketOffer[],
): number {
  const product = PRODUCTS[productIndex]!;
  const phase = 2 * Math.PI * uniform(seed, STREAM.season, productIndex);
  const season = Math.exp(0.15 * Math.sin((2 * Math.PI * day) / 90 + phase));
  const inStock = offers
    .filter(({ availability }) => availability === "in_stock")
    .map((offer) => offer.price);
  const cheapest = inStock.length > 0 ? Math.min(...inStock) : product.basePrice;
  const own = (price / product.basePrice) ** product.elasticity;
  const pull = (cheapest / product.basePrice) ** CROSS_ELASTICITY;
  return product.dailyUnits * season * DAY_OF_WEEK[((day % 7) + 7) % 7]! * own * pull;
}

/** Units sold on a day. The chance is the day's own: another price meets the same shoppers. */
export function unitsSold(
  seed: number,
  productIndex: number,
  day: number,
  price: number,
  offers: readonly MarketOffer[],
): number {
  const mean = meanUnits(seed, productIndex, day, price, offers);
  const luck = gamma(DAY_SHAPE, seed, STREAM.noise, productIndex, day) / DAY_SHAPE;
  return poisson(mean * luck, uniform(seed, STREAM.sale, productIndex, day));
}

/** Which product and competitor the n-th live move is of. */
export function moverOf(seed: number, tick: number): { productIndex: number; competitorIndex: number } {
  const productIndex = Math.floor(uniform(seed, STREAM.move, tick, 1) * PRODUCTS.length);
  const sellers = sellersOf(seed, productIndex);
  return {
    productIndex,
    competitorIndex: sellers[Math.floor(uniform(seed, STREAM.move, tick, 2) * sellers.length)]!,
  };
}

/**
 * The n-th live move: mostly a small step about the competitor's own level, sometimes an attack on our price, a large
 * rise, or an empty shelf. It depends on no earlier move.
 */
export function liveMove(seed: number, tick: number, ourPrice: number): MarketOffer {
  const { productIndex, competitorIndex } = moverOf(seed, tick);
  const product = PRODUCTS[productIndex]!;
  const competitor = COMPETITORS[competitorIndex]!;
  const kind = uniform(seed, STREAM.move, tick, 3);
  const size = uniform(seed, STREAM.move, tick, 4);
  const usual = product.basePrice * Math.exp(competitor.level + 0.03 * (2 * size - 1));
  if (kind < 0.07) return { product, competitor, price: charmPrice(usual), availability: "out_of_stock" };
  const attack = ourPrice * (0.94 - 0.08 * size);
  const rise = usual * (1.08 + 0.1 * size);
  const amount = kind < 0.25 ? attack : kind < 0.35 ? rise : usual;
  // Nobody sells for long below what the goods cost.
  const price = charmPrice(Math.max(amount, product.unitCost * 1.05));
  return { product, competitor, price, availability: "in_stock" };
}
