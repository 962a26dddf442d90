import { poisson, uniform } from "../../../domain/base/keyed-random.ts";
import { DAY_MS, dayNumber, dayOfNumber } from "../../../domain/base/time.ts";
import type { RunKind } from "../../../domain/messages/names.ts";
import type { CompetitorHistory } from "../../../domain/messages/shard.ts";
import type { SkuSnapshot } from "../../../domain/runs/learned.ts";
import { CODE_VERSION, configHash, type RunManifest } from "../../../domain/runs/manifest.ts";
import type { PricedProduct } from "../../../domain/runs/priced-product.ts";
import type { KeptShards } from "../../../domain/runs/replay-run.ts";
import { Settings } from "../../../domain/settings/settings.ts";

export const TODAY = dayNumber("2026-06-01");
export const AS_OF = TODAY * DAY_MS + 10 * 3_600_000;

export function manifest(kind: RunKind, changes: Record<string, unknown> = {}): RunManifest {
  const settings = Settings.parse(changes);
  return {
    runId: "run",
    kind,
    asOf: AS_OF,
    seed: 1,
    skus: 10,
    catalogue: 10,
    codeVersion: CODE_VERSION,
    configHash: configHash(settings),
    settings,
    previous: null,
    overrides: [],
    costRatios: {},
  };
}

export interface SkuPlan {
  elasticity?: number;
  days?: number;
  level?: number;
  /** log factor of each weekday, 0 = Sunday */
  weekday?: number[];
  /** log effect of a price above 20.00: what no constant elasticity knows */
  threshold?: number;
  /** multiplies demand by day: what makes days uneven */
  shock?: (k: number) => number;
}

/** A SKU with prices within ± 20 % that change every four days, a steady competitor, and Poisson demand. */
export function snapshot(index: number, category: string, plan: SkuPlan = {}): SkuSnapshot {
  const { elasticity = -2, days = 120, level = 8, weekday = [0, 0, 0, 0, 0, 0, 0] } = plan;
  const { threshold = 0, shock = () => 1 } = plan;
  const first = TODAY - days;
  const competitors = [competitor("acme", 1980, days)];
  const rows = Array.from({ length: days }, (_, k) => {
    const price = Math.round(2000 * (0.8 + 0.4 * uniform(3, index, Math.floor((k + index) / 4))));
    const factor = Math.exp(weekday[(first + k + 4) % 7]!) * shock(k);
    const step = price > 2000 ? Math.exp(threshold) : 1;
    const mean = level * factor * step * (price / 2000) ** elasticity;
    const units = poisson(mean, uniform(4, index, k));
    return { day: dayOfNumber(first + k), units, price, cheapest: 1980, exposure: 1, promo: false };
  });
  const features = {
    sku: `SKU-${String(index).padStart(3, "0")}`,
    category,
    currency: "EUR",
    days: rows,
    offers: [
      {
        competitor: "acme",
        landedPrice: 1980,
        availability: "in_stock" as const,
        observedAt: AS_OF - 3_600_000,
      },
    ],
  };
  return {
    features,
    competitors,
    track: null,
    price: 2000,
    stock: 40,
    restockDate: null,
    unitsToday: null,
    sales: null,
  };
}

/** A competitor that has asked the same for so many days. */
export function competitor(name: string, price: number, days: number): CompetitorHistory {
  const at = (TODAY - days) * DAY_MS;
  const point = { at, lastSeenAt: AS_OF, price, landedPrice: price, availability: "in_stock" as const };
  return { competitor: name, points: [point] };
}

export function pricedProduct(
  sku: string,
  category: string,
  changes: Partial<PricedProduct> = {},
): PricedProduct {
  return {
    sku,
    brand: null,
    category,
    currency: "EUR",
    price: 2000,
    basePrice: 2000,
    priceSource: "base",
    priceSince: AS_OF - 20 * DAY_MS,
    unitCost: 1200,
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
    stock: 40,
    priceWar: false,
    changes: [],
    elasticity: null,
    forecast: null,
    ...changes,
  };
}

/**
 * Snapshots as a replay reads them, in shards of so many SKUs: each shard anew, and emptied as soon as the next one is
 * read, so that nothing can be computed that needs more than one.
 */
export function keptShards<T extends object>(snapshots: readonly T[], size: number): KeptShards<T> {
  let held: T[] = [];
  const starts = Array.from({ length: Math.ceil(snapshots.length / size) }, (_, shard) => shard * size);
  return starts.map((start) => async () => {
    for (const one of held) for (const name of Object.keys(one)) Reflect.deleteProperty(one, name);
    held = structuredClone(snapshots.slice(start, start + size));
    return held;
  });
}
