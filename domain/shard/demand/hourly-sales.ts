import { HOUR_MS } from "../../base/time.ts";
import type { HourlySales } from "../../messages/shard.ts";
import { BUCKET_MS, type ShopActivity } from "./activity.ts";
import { countOf, sumCounters } from "./counters.ts";

/** Hours that the hourly forecast looks back. */
const RECENT_HOURS = 48;

/**
 * The sales of the hours that had ended at `asOf` (ms). Hours are counted from the start of the civil day, so they are
 * full local hours in every time zone. Null if no event of the SKU is known up to that instant.
 */
export function hourlySales(activity: ShopActivity, asOf: number): HourlySales | null {
  if (activity.firstAt === 0 || activity.firstAt > asOf) return null;
  let day = null;
  for (const one of activity.days.values())
    if (one.start <= asOf && (day === null || one.start > day.start)) day = one;
  if (day === null) return null;
  const todayStart = asOf < day.end ? day.start : day.end;
  const thisHour = todayStart + Math.floor((asOf - todayStart) / HOUR_MS) * HOUR_MS;
  const known = Math.min(RECENT_HOURS, Math.floor((thisHour - activity.firstAt) / HOUR_MS));
  const recent = new Array<number>(Math.max(0, known)).fill(0);
  let today = 0;
  for (const { start, hours } of activity.days.values()) {
    if (start > asOf || start < thisHour - (RECENT_HOURS + 25) * HOUR_MS) continue;
    for (const [hour, counters] of hours) {
      const began = start + hour * HOUR_MS;
      if (began >= thisHour) continue;
      const units = countOf(counters, "units");
      const at = recent.length - (thisHour - began) / HOUR_MS;
      if (at >= 0) recent[at]! += units;
      if (began >= todayStart) today += units;
    }
  }
  return {
    recent,
    today: activity.firstAt <= todayStart ? today : null,
    purchasesLastHour: purchasesLastHour(activity, asOf),
  };
}

/** Uses only buckets that have ended, since an event after the instant must not count. */
function purchasesLastHour({ buckets }: ShopActivity, asOf: number): number {
  const end = Math.floor(asOf / BUCKET_MS);
  const first = end - HOUR_MS / BUCKET_MS;
  const within = [...buckets].filter(([bucket]) => bucket >= first && bucket < end);
  return countOf(sumCounters(within.map(([, counters]) => counters)), "purchases");
}
