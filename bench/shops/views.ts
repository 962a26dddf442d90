import { DAY_MS, dayIndex } from "../../domain/base/time.ts";
import type { FeatureDay, FeatureOffer, SkuFeatures } from "../../domain/learning/features/sku-features.ts";
import type { ChangePoint, CompetitorHistory } from "../../domain/messages/shard.ts";
import { type CompetitorTrack, TRACK_DAYS } from "../../domain/runs/competitor-track.ts";
import type { KeptFilter } from "../../domain/runs/kept-filter.ts";
import type { FinishedSku, SkuSnapshot } from "../../domain/runs/learned.ts";
import type { PricedProduct } from "../../domain/runs/priced-product.ts";
import type { PricingSnapshot } from "../../domain/runs/propose.ts";
import type { ShopDay, SkuPanel } from "./world.ts";

/** Days of demand that a decision reads. */
const DECISION_DAYS = 120;
const CURRENCY = "EUR";
const RIVAL = "rival";

/** What an install holds of one SKU: catalogue, demand, ledger, and what the last runs left. */
export interface HeldSku {
  readonly panel: SkuPanel;
  readonly features: SkuFeatures;
  price: number;
  priceSince: number;
  changes: PricedProduct["changes"];
  /** how far ln price is moved by a trial in force */
  trial: number | null;
  kept: KeptFilter | undefined;
  track: CompetitorTrack | null;
}

/** A SKU's history as a run reads it. */
export function featuresOf({ sku, category, days }: SkuPanel): SkuFeatures {
  return { sku, category, currency: CURRENCY, days: days.map(featureDay), offers: [] };
}

/** One day's row; nobody counted for how long it was on sale. */
export function featureDay({ day, units, price, promo, rival }: ShopDay): FeatureDay {
  return { day, units, price, cheapest: rival, exposure: 1, promo };
}

/** The rival's price of each of the last days, seen all day long; empty where there is none. */
function rivalHistory({ days }: SkuFeatures): CompetitorHistory[] {
  const points = days.slice(-TRACK_DAYS).flatMap(({ day, cheapest }): ChangePoint[] => {
    if (cheapest === null) return [];
    const at = dayIndex(day) * DAY_MS;
    const price = { price: cheapest, landedPrice: cheapest, availability: "in_stock" } as const;
    return [{ at, lastSeenAt: at + DAY_MS - 1, ...price }];
  });
  return points.length === 0 ? [] : [{ competitor: RIVAL, points }];
}

/** A SKU as the elasticity run reads it: stock is not counted. */
export function skuReading({ features, price, track }: HeldSku): SkuSnapshot {
  return {
    ...{ features, price, track },
    competitors: rivalHistory(features),
    stock: null,
    restockDate: null,
    unitsToday: null,
    sales: null,
  };
}

/** A SKU as the proposals run reads it, once the elasticity run is over. */
export function pricingSnapshot(
  sku: HeldSku,
  { report, forecast }: FinishedSku,
  asOf: number,
): PricingSnapshot {
  const { features, panel, price, priceSince, changes } = sku;
  const { demand, competitor, followRate } = forecast;
  const view: NonNullable<PricedProduct["forecast"]> = {
    asOf,
    daily: demand?.daily.mean ?? [],
    price,
    expectedCheapest: competitor.anchor.usesForecast ? competitor.anchor.price : null,
    followRate,
  };
  return {
    features: { ...features, days: features.days.slice(-DECISION_DAYS), offers: offersOf(features) },
    own: {
      ...NOTHING_SPECIAL,
      ...{ sku: panel.sku, category: panel.category, currency: CURRENCY },
      ...{ price, basePrice: price, priceSince, unitCost: panel.cost, changes },
      elasticity: report,
      forecast: view,
    },
  };
}

/** The rival's newest offer. */
function offersOf({ days }: SkuFeatures): FeatureOffer[] {
  const last = days.at(-1);
  if (last?.cheapest == null) return [];
  const observedAt = (dayIndex(last.day) + 1) * DAY_MS - 1;
  return [{ competitor: RIVAL, landedPrice: last.cheapest, availability: "in_stock", observedAt }];
}

/** What an ordinary product has not. */
const NOTHING_SPECIAL = {
  brand: null,
  priceSource: "base",
  taxRate: null,
  feeRate: null,
  unitFee: null,
  minPrice: null,
  maxPrice: null,
  mapPrice: null,
  msrp: null,
  packSize: null,
  lineRank: null,
  clearanceDate: null,
  launchDate: null,
  salvageValue: null,
  siblings: [],
  stock: null,
  priceWar: false,
};
