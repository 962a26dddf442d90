import { demandExtras } from "../../messages/packed-rows.ts";
import type { PastDays, PastSpan } from "../../messages/shard.ts";
import type { DemandDays } from "./demand-days.ts";

/** The remembered days of demand of a span. */
export function pastDays(demand: DemandDays, { from, before }: PastSpan): PastDays {
  const past: PastDays = {
    ...{ day: [], units: [], price: [], inStockShare: [], promo: [], views: [], carts: [], extras: [] },
  };
  const days = demand.whole(from);
  const names = days.keys().filter((day) => day >= from && day < before);
  for (const name of names) {
    const day = days.get(name)!;
    const extras = demandExtras(day);
    if (extras.period || extras.promotions) past.extras.push({ at: past.day.length, ...extras });
    past.day.push(name);
    past.units.push(day.units);
    past.price.push(day.price);
    past.inStockShare.push(day.inStockShare);
    past.promo.push(day.promo);
    past.views.push(day.views);
    past.carts.push(day.carts);
  }
  return past;
}
