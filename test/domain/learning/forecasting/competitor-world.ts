import { normal, uniform } from "../../../../domain/base/keyed-random.ts";
import type { observeCompetitor } from "../../../../domain/learning/forecasting/competitor-state.ts";

/** One day of a competitor, as the forecast takes it. */
export type CompetitorDay = Parameters<typeof observeCompetitor>[1];

/** A sticky price: rare small moves, promotions that end, a shelf that is sometimes empty. */
export function competitorDays(seed: number, days: number): CompetitorDay[] {
  let regular = Math.log(2000) + 0.3 * normal(seed, 1);
  let promotion = 0;
  let inStock = true;
  const changeRate = 0.03 + 0.05 * uniform(seed, 2);
  const endRate = 0.15 + 0.1 * uniform(seed, 3);
  return Array.from({ length: days }, (_, day) => {
    if (promotion > 0) {
      if (uniform(seed, 4, day) < endRate) promotion = 0;
    } else if (uniform(seed, 5, day) < changeRate) {
      if (uniform(seed, 6, day) < 0.35) promotion = 0.12 + 0.15 * uniform(seed, 7, day);
      else regular += 0.03 * normal(seed, 8, day);
    }
    inStock = uniform(seed, 9, day) < (inStock ? 0.01 : 0.25) ? !inStock : inStock;
    return { day, logPrice: regular - promotion, inStock };
  });
}
