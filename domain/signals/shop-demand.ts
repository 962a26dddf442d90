import { countsBetween, type ShopActivity } from "../demand/activity.ts";
import { type Baseline, baselineOf } from "../demand/baseline.ts";
import { countOf } from "../demand/counters.ts";
import { civilDay } from "../time/civil-day.ts";
import type { MarketView } from "./market-view.ts";

const HOUR_MS = 3_600_000;

/** A SKU's usual demand and its newest events; null where either is unknown. */
export interface ShopDemand {
  baseline: Baseline;
  activity: ShopActivity;
  perHour: number;
  /** units sold in the last so many hours */
  unitsOf(hours: number): number;
}

/** The SKU's usual demand before today, or null if its past is too short. */
export function usualDemand({ shop, clock }: MarketView): Baseline | null {
  return shop === undefined ? null : baselineOf(shop.demand, civilDay(clock, shop.timeZone));
}

/** The demand that events tell of, against the usual. */
export function shopDemand(view: MarketView): ShopDemand | null {
  const activity = view.shop?.activity ?? null;
  const baseline = activity === null ? null : usualDemand(view);
  if (activity === null || baseline === null || activity.lastAt === 0) return null;
  const unitsOf = (hours: number) =>
    countOf(countsBetween(activity, view.clock - hours * HOUR_MS, view.clock), "units");
  return { baseline, activity, perHour: baseline.perDay / 24, unitsOf };
}
