import { shopOf } from "../../../../../bench/shops/merchants.ts";
import { createPanel } from "../../../../../bench/shops/world.ts";
import { dayNumber } from "../../../../../domain/base/time.ts";
import type { ElasticitySeries } from "../../../../../domain/learning/elasticity/series.ts";

/** A SKU's history with its true elasticity. */
export interface Known {
  series: ElasticitySeries;
  truth: number;
}

/** A year of one of the shops of the bench, priced at each SKU's optimum. */
export function shopSeries(kind: string, mean = -2.4, skus = 60): Known[] {
  return createPanel(shopOf(kind), { seed: 3, skus, mean, variant: "optimum" }).map((sku) => {
    const promotes = sku.days.some(({ promo }) => promo);
    const periods = sku.days.map(({ day, units, price, promo }) => ({
      t: dayNumber(day),
      units,
      logPrice: Math.log(price / 100),
      logCompetitor: null,
      exposure: 1,
      ...(promotes && { covariates: [promo ? 1 : 0] }),
    }));
    const names = promotes && { covariateNames: ["promo"] };
    return {
      series: { sku: sku.sku, category: sku.category, period: "day", periods, ...names },
      truth: sku.elasticity,
    };
  });
}
