import { gamma, normal, poisson, uniform } from "../../domain/base/keyed-random.ts";
import { dayName, HISTORY_DAYS, WEEK_DAYS } from "./calendar.ts";
import { merchantPrice } from "./merchants.ts";
import { type Place, type Shop, STREAM } from "./shop.ts";

const CATEGORIES = 10;
/** Spread of elasticity: .5 in all, part of it between categories. */
const CATEGORY_SD = 0.3;
const SKU_SD = 0.4;
const LEAST_ELASTIC = -1.2;
const MOST_ELASTIC = -8;
const WEEK_PROFILE = [0.95, 0.92, 0.94, 0.98, 1.05, 1.12, 1.04];
/** Log errors of mis-set prices by category and by SKU, as in the arena's B. */
const CATEGORY_ERROR = 0.25;
const SKU_ERROR = 0.15;
const LEAST_MARKUP = 1.08;

/**
 * Where the merchant's list prices are: at each SKU's optimum; at the one of the shop's mean elasticity, so that a SKU that
 * differs is priced wrongly; or wrong by category and by SKU.
 */
export type Variant = "optimum" | "average" | "misset";

export interface WorldOptions {
  readonly seed: number;
  readonly skus: number;
  /** mean elasticity */
  readonly mean: number;
  readonly variant: Variant;
}

/** What a SKU truly is, and what the merchant made of it. */
export interface TrueSku {
  readonly sku: string;
  readonly place: Place;
  readonly category: string;
  /** own-price elasticity, below -1 */
  readonly elasticity: number;
  /** unit cost and list price at the handover, minor units */
  readonly cost: number;
  readonly list: number;
  /** mean units a day at the list price, other things being usual */
  readonly demand: number;
  /** shape of the gamma shock: Var y = mu + mu² / shape */
  readonly shape: number;
}

/** One day as the shop reports it. */
export interface ShopDay {
  readonly day: string;
  /** minor units */
  readonly price: number;
  readonly units: number;
  readonly promo: boolean;
  /** the rival's price, minor units; null where there is none */
  readonly rival: number | null;
}

/** A SKU with its history. */
export interface SkuPanel extends TrueSku {
  readonly days: readonly ShopDay[];
}

/** The SKUs of a shop. Demand and luck are keyed by seed and SKU: they are common to all shops and variants. */
function createSkus({ seed, skus, mean, variant }: WorldOptions): TrueSku[] {
  return Array.from({ length: skus }, (_, index): TrueSku => {
    const category = index % CATEGORIES;
    const between = CATEGORY_SD * normal(seed, STREAM.categoryElasticity, category);
    const within = SKU_SD * normal(seed, STREAM.skuElasticity, index);
    const elasticity = Math.max(MOST_ELASTIC, Math.min(LEAST_ELASTIC, mean + between + within));
    const cost = Math.round(
      100 * Math.min(800, Math.max(2, 25 * Math.exp(0.9 * normal(seed, STREAM.skuCost, index)))),
    );
    const error =
      CATEGORY_ERROR * normal(seed, STREAM.categoryMarkup, category) +
      SKU_ERROR * normal(seed, STREAM.skuMarkup, index);
    const known = variant === "average" ? mean : elasticity;
    const markup = (known / (known + 1)) * (variant === "misset" ? Math.exp(error) : 1);
    return {
      sku: `S${String(index).padStart(4, "0")}`,
      place: { seed, sku: index, category },
      category: `c${category}`,
      elasticity,
      cost,
      list: Math.round(cost * Math.max(LEAST_MARKUP, markup)),
      demand: 30 ** uniform(seed, STREAM.skuDemand, index),
      shape: Math.exp(Math.log(6) + 0.4 * normal(seed, STREAM.skuShape, index)),
    };
  });
}

/** Mean units of a day at a price, were they all in stock; without what the merchant's own doing brings. */
export function meanDemand(shop: Shop, sku: TrueSku, t: number, price: number): number {
  const moved = shop.demand?.(sku.place, t) ?? 0;
  return sku.demand * WEEK_PROFILE[t % WEEK_DAYS]! * Math.exp(moved) * (price / sku.list) ** sku.elasticity;
}

/** Units sold of a SKU on a day at a mean. */
export function soldUnits({ place, shape }: TrueSku, t: number, mean: number): number {
  const { seed, sku } = place;
  const shock = gamma(shape, seed, STREAM.demandShock, sku, t) / shape;
  return poisson(mean * shock, uniform(seed, STREAM.demandDraw, sku, t));
}

/** The rival's price of a day, minor units; null where there is none. */
export function rivalPrice(shop: Shop, { place, list }: TrueSku, t: number): number | null {
  return shop.rival ? Math.max(1, Math.round(list * Math.exp(shop.rival(place, t)))) : null;
}

/** A shop's history under its merchant. */
export function createPanel(shop: Shop, options: WorldOptions): SkuPanel[] {
  return createSkus(options).map((sku) => ({ ...sku, days: historyOf(shop, sku) }));
}

function historyOf(shop: Shop, sku: TrueSku): ShopDay[] {
  const units: number[] = [];
  return Array.from({ length: HISTORY_DAYS }, (_, t): ShopDay => {
    const moved = merchantPrice(shop, sku.place, t, units);
    const price = Math.max(1, Math.round(sku.list * Math.exp(moved)));
    const lift = shop.lift?.(sku.place, t) ?? 0;
    const isSoldOut = shop.isSoldOut?.(sku.place, t, moved) ?? false;
    const mean = meanDemand(shop, sku, t, price) * Math.exp(lift);
    const sold = isSoldOut ? 0 : soldUnits(sku, t, mean);
    units.push(sold);
    const promo = shop.promo?.(sku.place, t) ?? false;
    return { day: dayName(t), price, units: sold, promo, rival: rivalPrice(shop, sku, t) };
  });
}
