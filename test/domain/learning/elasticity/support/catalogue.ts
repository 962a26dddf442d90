import { gamma, normal, poisson, uniform } from "../../../../../domain/base/keyed-random.ts";
import type { DemandPeriod, ElasticitySeries } from "../../../../../domain/learning/elasticity/series.ts";

export interface CatalogueOptions {
  seed: number;
  /** Units per day at the reference price. */
  demand: number;
  /** Days between price changes; prices are uniform within ±`swing` of the reference. */
  priceEvery: number;
  swing?: number;
  days?: number;
  skus?: number;
  /** Negative binomial size; absent means Poisson. */
  size?: number;
  /** Elasticity with respect to a competitor whose price moves every ten days; absent means no competitor. */
  competitorEffect?: number;
  /** sd of a daily AR(.985) level. */
  levelSd?: number;
  categories?: Readonly<Record<string, number>>;
}

/** A generated catalogue: each category has one true elasticity, every SKU of it shares it. */
export function catalogue(options: CatalogueOptions): ElasticitySeries[] {
  const categories = Object.entries(options.categories ?? { low: -1.5, high: -3.5 });
  return categories.flatMap(([category, elasticity], c) =>
    Array.from({ length: options.skus ?? 20 }, (_, i) => ({
      sku: `${category}-${String(i).padStart(2, "0")}`,
      category,
      period: "day" as const,
      periods: demandOf(options, elasticity, 1000 * c + i),
    })),
  );
}

function demandOf(options: CatalogueOptions, elasticity: number, sku: number): DemandPeriod[] {
  const { seed, demand, priceEvery, swing = 0.2, days = 120, size, competitorEffect, levelSd = 0 } = options;
  const reference = 10 + 40 * uniform(seed, 1, sku);
  const scale = demand * Math.exp(0.5 * normal(seed, 2, sku));
  let level = 0;
  return Array.from({ length: days }, (_, day) => {
    level = 0.985 * level + levelSd * normal(seed, 3, sku, day);
    const ratio = 1 + swing * (2 * uniform(seed, 4, sku, Math.floor(day / priceEvery)) - 1);
    const price = Math.round(100 * reference * ratio) / 100;
    const rival = competitorEffect === undefined ? null : 0.1 * normal(seed, 5, sku, Math.floor(day / 10));
    const log =
      Math.log(scale) +
      elasticity * Math.log(price / reference) +
      level +
      (competitorEffect ?? 0) * (rival ?? 0);
    const shock = size === undefined ? 1 : gamma(size, seed, 6, sku, day) / size;
    return {
      t: 20_000 + day,
      units: poisson(Math.exp(log) * shock, uniform(seed, 7, sku, day)),
      logPrice: Math.log(price),
      logCompetitor: rival === null ? null : Math.log(reference) + rival,
      exposure: 1,
    };
  });
}
