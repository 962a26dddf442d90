import { civilDay, dayNumber, dayOfNumber } from "../base/time.ts";
import type { PastDays, PastSpan } from "../messages/shard.ts";
import type { Settings } from "../settings/settings.ts";
import type { StoredDay } from "./snapshot.ts";

/** The civil days that a run reads, both included. */
export interface DaySpan {
  first: string;
  last: string;
}

export function daysRead(
  { asOf, settings }: { asOf: number; settings: Pick<Settings, "timeZone"> },
  days: number,
): DaySpan {
  const last = civilDay(asOf, settings.timeZone);
  return { first: dayOfNumber(dayNumber(last) - days), last };
}

/**
 * The part of a span that the shards are asked for: days that the database may have given up at `now` (ms). Absent where
 * it has them all.
 */
export function pastSpan(
  now: number,
  { timeZone, retention }: Pick<Settings, "timeZone" | "retention">,
  { first, last }: DaySpan,
): PastSpan | undefined {
  // a day more: the retention run may stand in another civil day than this one
  const kept = dayOfNumber(dayNumber(civilDay(now, timeZone)) - retention.demandDays + 1);
  if (first >= kept) return undefined;
  return { from: first, before: kept < last ? kept : last };
}

/** The days of the database, and before them those that only the shard has. */
export function withPast(sku: string, days: readonly StoredDay[], past?: PastDays): readonly StoredDay[] {
  if (past === undefined || past.day.length === 0) return days;
  const known = new Set(days.map(({ day }) => day));
  const extras = new Map(past.extras.map((one) => [one.at, one]));
  const older = past.day.flatMap((day, i): StoredDay[] => {
    if (known.has(day)) return [];
    const { period = null, promotions = null } = extras.get(i) ?? {};
    return [
      {
        ...{ sku, day, units: past.units[i]!, price: past.price[i]!, exposure: past.inStockShare[i]! },
        ...{ promo: past.promo[i] ? 1 : 0, views: past.views[i]!, carts: past.carts[i]!, period, promotions },
      },
    ];
  });
  if (older.length === 0) return days;
  return [...older, ...days].sort((a, b) => (a.day < b.day ? -1 : 1));
}
