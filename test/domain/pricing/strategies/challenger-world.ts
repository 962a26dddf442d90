import { normal, poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import { dayOfNumber } from "../../../../domain/base/time.ts";
import type { FeatureDay, SkuFeatures } from "../../../../domain/learning/features/sku-features.ts";
import { CHALLENGER_FEATURES, writeFeatures } from "../../../../domain/pricing/challenger/features.ts";
import { type DemandRows, emptyRows } from "../../../../domain/pricing/challenger/panel.ts";

const START = 20_000;

export interface World {
  skus: number;
  days: number;
  /** of log demand in log price, and in log of the cheapest competitor's price */
  slope: number;
  competitor: number;
  /** log effect of the price's sign: a threshold that no constant elasticity has */
  threshold?: number;
}

/** Rows whose expected demand is known: offset + slope·x + competitor·log(m) (+ threshold where x > 0). */
export function knownRows(seed: number, world: World): DemandRows {
  const rows = emptyRows(CHALLENGER_FEATURES, world.skus * world.days);
  let i = 0;
  for (let sku = 0; sku < world.skus; sku++) {
    const level = 1.5 + 0.7 * normal(seed, sku, 1);
    for (let t = 0; t < world.days; t++, i++) {
      const x = 0.4 * (uniform(seed, sku, Math.floor(t / 7), 2) - 0.5);
      const m = 0.3 * (uniform(seed, sku, Math.floor(t / 5), 3) - 0.5);
      const point = { price: 1000 * Math.exp(x), reference: 1000, rivals: [1000 * Math.exp(m)] };
      const context = { weekday: t % 7, lag7: 5, lag28: 5, promo: false, stock: null, age: t };
      writeFeatures(point, context, rows.features, i * CHALLENGER_FEATURES.length);
      const effect = world.slope * x + world.competitor * m + (x > 0 ? (world.threshold ?? 0) : 0);
      rows.offset[i] = level;
      rows.priceEffect[i] = -1.2 * x;
      rows.units[i] = poisson(Math.exp(level + effect), uniform(seed, sku, t, 4));
      rows.group[i] = sku;
      rows.time[i] = START + t;
    }
  }
  return rows;
}

/** A product of a shop: weekly prices around 20.00, one competitor, an elasticity, a drop above 20.00. */
export function shopSku(seed: number, index: number, days: number, slope: number, drop = 0): SkuFeatures {
  const level = 1.8 + 0.5 * normal(seed, index, 11);
  const list = Array.from({ length: days }, (_, t): FeatureDay => {
    const x = 0.3 * (uniform(seed, index, Math.floor(t / 7), 12) - 0.5);
    const mean = Math.exp(level + slope * x + (x > 0 ? drop : 0));
    return {
      day: dayOfNumber(START + t),
      units: poisson(mean, uniform(seed, index, t, 13)),
      price: Math.round(2000 * Math.exp(x)),
      cheapest: t % 9 === 0 ? null : 2050,
      exposure: 1,
      promo: false,
    };
  });
  return { sku: `SKU-${index}`, category: "lamps", currency: "EUR", days: list, offers: [] };
}
