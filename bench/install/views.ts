import type { FeatureOffer, SkuFeatures } from "../../domain/learning/features/sku-features.ts";
import type { CompetitorHistory } from "../../domain/messages/shard.ts";
import { unitEconomics } from "../../domain/pricing/unit-economics.ts";
import type { CompetitorTrack } from "../../domain/runs/competitor-track.ts";
import type { KeptFilter } from "../../domain/runs/kept-filter.ts";
import type { FinishedSku, SkuSnapshot } from "../../domain/runs/learned.ts";
import type { PricedProduct } from "../../domain/runs/priced-product.ts";
import type { PricingSnapshot } from "../../domain/runs/propose.ts";
import { ownPrice } from "../../domain/runs/snapshot.ts";
import type { Settings } from "../../domain/settings/settings.ts";

/** Days of demand that a decision reads. */
const DECISION_DAYS = 120;
export const CURRENCY = "EUR";

/** What an install is told of one SKU beside its days of demand; money in minor units. */
export interface SkuFacts {
  readonly cost: number;
  readonly offers: readonly FeatureOffer[];
  /** competitors' change points */
  readonly histories: readonly CompetitorHistory[];
  /** a stock that has to be gone by the end of a civil day; null where it does not matter */
  readonly clearance: { units: number; date: string; salvage: number } | null;
}

/** What an install holds of one SKU: catalogue, demand, ledger, and what the last runs left. */
export interface HeldSku {
  readonly features: SkuFeatures;
  /** the catalogue's price, minor units */
  readonly basePrice: number;
  facts: SkuFacts;
  price: number;
  priceSince: number;
  changes: PricedProduct["changes"];
  /** how far ln price is moved by a trial in force */
  trial: number | null;
  kept: KeptFilter | undefined;
  track: CompetitorTrack | null;
}

/** A SKU as the elasticity run reads it. */
export function skuReading(
  { features, price, track, facts, basePrice }: HeldSku,
  settings: Pick<Settings, "pricesInformed">,
): SkuSnapshot {
  const economics = unitEconomics({ unitCost: facts.cost, pricesIncludeTax: true });
  return {
    ...{ features, price, track },
    ...ownPrice(basePrice, economics, settings),
    competitors: [...facts.histories],
    stock: facts.clearance?.units ?? null,
    restockDate: null,
    unitsToday: null,
    sales: null,
  };
}

/** A SKU as the proposals run reads it, once the elasticity run is over. */
export function pricingSnapshot(
  sku: HeldSku,
  { report, forecast }: Pick<FinishedSku, "report" | "forecast">,
): PricingSnapshot {
  const { features, basePrice, price, priceSince, changes, facts } = sku;
  const { demand, competitor, followRate, asOf } = forecast;
  const view: NonNullable<PricedProduct["forecast"]> = {
    asOf,
    daily: demand?.daily.mean ?? [],
    price,
    expectedCheapest: competitor.anchor.usesForecast ? competitor.anchor.price : null,
    followRate,
  };
  return {
    features: { ...features, days: features.days.slice(-DECISION_DAYS), offers: [...facts.offers] },
    own: {
      ...NOTHING_SPECIAL,
      ...{ sku: features.sku, category: features.category, currency: CURRENCY },
      ...{ price, basePrice, priceSince, unitCost: facts.cost, changes },
      stock: facts.clearance?.units ?? null,
      clearanceDate: facts.clearance?.date ?? null,
      salvageValue: facts.clearance?.salvage ?? null,
      elasticity: report,
      forecast: view,
    },
  };
}

/** A price that one competitor has been seen at from `at` on, the newest of its points so far; prices in minor units. */
export function seenAgain(
  points: CompetitorHistory["points"],
  offer: { price: number; inStock: boolean },
  at: number,
): CompetitorHistory["points"] {
  const availability = offer.inStock ? ("in_stock" as const) : ("out_of_stock" as const);
  const last = points.at(-1);
  if (last?.price === offer.price && last.availability === availability)
    return [...points.slice(0, -1), { ...last, lastSeenAt: at }];
  const { price } = offer;
  return [...points, { at, lastSeenAt: at, price, landedPrice: price, availability }];
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
  launchDate: null,
  siblings: [],
  priceWar: false,
};
