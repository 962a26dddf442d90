import { normal, poisson, uniform } from "../../domain/base/keyed-random.ts";
import { DAY_MS, dayNumber, dayOfNumber, HOUR_MS } from "../../domain/base/time.ts";
import type { RunKind } from "../../domain/messages/names.ts";
import type { CompetitorHistory } from "../../domain/messages/shard.ts";
import type { SkuSnapshot } from "../../domain/runs/learned.ts";
import { CODE_VERSION, configHash, type RunManifest } from "../../domain/runs/manifest.ts";
import type { PricedProduct } from "../../domain/runs/priced-product.ts";
import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";

/** The benches' today: nothing here reads the clock. */
export const TODAY = dayNumber("2026-06-01");
const AS_OF = TODAY * DAY_MS + 2 * HOUR_MS;
const CATEGORIES = 40;
const COMPETITORS = ["acme", "bolt"] as const;
const SEED = 11;

/** A manifest as a run started at the benches' today would have it. */
export function manifestOf(kind: RunKind, skus: number): RunManifest {
  return {
    runId: "bench",
    kind,
    asOf: AS_OF,
    seed: 1,
    skus,
    catalogue: skus,
    codeVersion: CODE_VERSION,
    configHash: configHash(DEFAULT_SETTINGS),
    settings: DEFAULT_SETTINGS,
    previous: null,
    overrides: [],
    costRatios: {},
  };
}

/** A generated SKU as an elasticity run reads it: prices that change weekly, two competitors, Poisson demand. */
export function skuSnapshot(index: number, days: number): SkuSnapshot {
  const sku = `S${String(index).padStart(6, "0")}`;
  const base = Math.round(500 * Math.exp(2 * uniform(SEED, 1, index)));
  const level = Math.exp(1 + 1.2 * normal(SEED, 2, index));
  const elasticity = -1.2 - 2 * uniform(SEED, 3, index % CATEGORIES);
  const competitors = COMPETITORS.map((name, c) => competitorHistory(index, c, name, base, days));
  const first = TODAY - days;
  const features = {
    sku,
    category: `c${index % CATEGORIES}`,
    currency: "EUR",
    days: Array.from({ length: days }, (_, k) => {
      const price = Math.round(base * (0.9 + 0.2 * uniform(SEED, 4, index, Math.floor((k + index) / 7))));
      const mean = Math.min(400, level * (price / base) ** elasticity);
      return {
        day: dayOfNumber(first + k),
        units: poisson(mean, uniform(SEED, 5, index, k)),
        price,
        cheapest: Math.round(base * (0.97 + 0.06 * uniform(SEED, 6, index, Math.floor(k / 10)))),
        exposure: 1,
        promo: false,
      };
    }),
    offers: competitors.map(({ competitor, points }) => {
      const { landedPrice, availability, lastSeenAt } = points.at(-1)!;
      return { competitor, landedPrice, availability, observedAt: lastSeenAt };
    }),
  };
  const price = features.days.at(-1)!.price;
  return {
    features,
    competitors,
    track: null,
    price,
    stock: Math.ceil(10 * level),
    restockDate: null,
    unitsToday: null,
    sales: null,
  };
}

function competitorHistory(
  index: number,
  c: number,
  competitor: string,
  base: number,
  days: number,
): CompetitorHistory {
  const spans = Math.ceil(Math.min(days, 92) / 10);
  const first = TODAY - spans * 10;
  const points = Array.from({ length: spans }, (_, k) => {
    const price = Math.round(base * (0.97 + 0.08 * uniform(SEED, 7, index, c, k)));
    const at = (first + 10 * k) * DAY_MS;
    return {
      at,
      lastSeenAt: at + 10 * DAY_MS - 1,
      price,
      landedPrice: price,
      availability: "in_stock" as const,
    };
  });
  return { competitor, points };
}

/** Our side of a generated SKU at a decision. */
export function pricedProduct(
  { features, price, stock }: SkuSnapshot,
  learned: Pick<PricedProduct, "elasticity" | "forecast">,
): PricedProduct {
  return {
    sku: features.sku,
    brand: null,
    category: features.category,
    currency: features.currency,
    price,
    basePrice: price,
    priceSource: "base",
    priceSince: AS_OF - 9 * DAY_MS,
    unitCost: Math.round(price * 0.6),
    taxRate: 0.19,
    feeRate: 0.02,
    unitFee: 50,
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
    stock,
    priceWar: false,
    changes: [],
    ...learned,
  };
}
