import { median } from "../../../domain/base/quantile.ts";
import type { PricingPolicy } from "../contract.ts";
import type { Market } from "../market.ts";
import { inBand } from "./band.ts";

/** Cost times the category's median mark-up over the warm-up. */
export function createCostPlus(market: Market): PricingPolicy {
  const { skus, categories } = market.world;
  const ratios: number[][] = categories.map(() => []);
  let markups: readonly number[] | undefined;
  return {
    decide(_day, views) {
      markups ??= ratios.map(median);
      return views.map((view, i) => inBand(view.cost * markups![skus[i]!.category]!, view));
    },
    observe(_day, sales) {
      if (markups !== undefined) return;
      sales.forEach(({ price }, i) => {
        ratios[skus[i]!.category]!.push(price / market.costs[i]!);
      });
    },
  };
}
