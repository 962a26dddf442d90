import { BUCKET_MS } from "../demand/activity.ts";
import type { Counters } from "../demand/counters.ts";
import type { DemandDayState } from "../messages/present.ts";
import type { SkuState } from "./state.ts";
import { demandDayState } from "./take-demand.ts";

/** What is known of a SKU's shoppers right now, also what D1 has not been told yet. */
export interface ShopNow {
  /** of the last day and a bit, by five minutes: start (ms) and counters, oldest first */
  buckets: { at: number; counters: Counters }[];
  /** the days on which events were counted lately, oldest first */
  days: DemandDayState[];
}

export function shopNow(sku: SkuState): ShopNow {
  const activity = sku.shop?.activity;
  if (!activity) return { buckets: [], days: [] };
  const buckets = [...activity.buckets]
    .map(([bucket, counters]) => ({ at: bucket * BUCKET_MS, counters }))
    .sort((a, b) => a.at - b.at);
  const days = [...activity.days.keys()].sort().flatMap((day) => demandDayState(sku, day) ?? []);
  return { buckets, days };
}
