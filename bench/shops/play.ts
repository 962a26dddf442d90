import { dayName, HISTORY_DAYS } from "./calendar.ts";
import type { Policy } from "./policies.ts";
import type { Shop } from "./shop.ts";
import { meanDemand, rivalPrice, type ShopDay, type SkuPanel, soldUnits } from "./world.ts";

/** What a policy earned and did; money in minor units. */
export interface Outcome {
  /** profit expected at the prices set: luck is not in it */
  readonly profit: number;
  /** price changes per SKU-day */
  readonly moves: number;
}

/** Sees the prices of each day before it is played. */
export type Watcher = (t: number, prices: readonly number[]) => void;

/**
 * Plays the nights after the merchant's last day. Demand moves on as the shop has it; of the merchant there is nothing
 * left, neither prices nor advertising. The same luck for all policies.
 */
export function play(
  shop: Shop,
  panel: readonly SkuPanel[],
  policy: Policy,
  nights: number,
  watch: Watcher = () => {},
): Outcome {
  let profit = 0;
  let changes = 0;
  let before = panel.map(({ list }) => list);
  for (let t = HISTORY_DAYS; t < HISTORY_DAYS + nights; t++) {
    const prices = [...policy.prices(t)];
    watch(t, prices);
    const days = panel.map((sku, i): ShopDay => {
      const price = prices[i]!;
      if (price !== before[i]) changes++;
      const mean = expectedUnits(shop, sku, t, price);
      profit += (price - sku.cost) * mean;
      const units = soldUnits(sku, t, mean);
      return { day: dayName(t), price, units, promo: false, rival: rivalPrice(shop, sku, t) };
    });
    before = prices;
    policy.record(t, days);
  }
  return { profit, moves: changes / (panel.length * nights) };
}

/** Mean units of a day after the handover. Stock is ordered for the price in force: no policy sells out more than another. */
export function expectedUnits(shop: Shop, sku: SkuPanel, t: number, price: number): number {
  return shop.isSoldOut?.(sku.place, t, 0) ? 0 : meanDemand(shop, sku, t, price);
}
