import { dayNumber } from "../base/time.ts";

const HOURS = 24;
const WEEKDAYS = 7;
/** 1970-01-01 was a Thursday, the fourth day of the ISO week. */
const EPOCH_ISO_WEEKDAY = 4;

/** ISO weekday of a civil day: 1 = Monday. */
export function isoWeekday(day: string): number {
  return ((((dayNumber(day) + EPOCH_ISO_WEEKDAY - 1) % WEEKDAYS) + WEEKDAYS) % WEEKDAYS) + 1;
}

/** A cell of the heat map of a week. */
export interface HeatCell {
  /** 1 = Monday */
  weekday: number;
  hour: number;
  /** per day of that weekday that is known */
  mean: number;
}

/**
 * What happened on average in each hour of the week, from the first day that is known on. A later day without a row
 * counts with nothing, so that a quiet Sunday is quiet; the 25th hour of a day counts with the hour that it repeats.
 */
export function weekHeat(
  rows: readonly { day: string; hour: number; count: number }[],
  days: readonly string[],
): HeatCell[] {
  const known = Array.from({ length: WEEKDAYS + 1 }, () => 0);
  const first = rows.reduce((least, { day }) => (day < least ? day : least), "9999-12-31");
  for (const day of days) if (day >= first) known[isoWeekday(day)]! += 1;
  const sums = new Map<string, number>();
  for (const { day, hour, count } of rows) {
    const key = `${isoWeekday(day)} ${Math.min(hour, HOURS - 1)}`;
    sums.set(key, (sums.get(key) ?? 0) + count);
  }
  return Array.from({ length: WEEKDAYS * HOURS }, (_, i) => {
    const weekday = Math.floor(i / HOURS) + 1;
    const hour = i % HOURS;
    const sum = sums.get(`${weekday} ${hour}`) ?? 0;
    return { weekday, hour, mean: known[weekday]! > 0 ? sum / known[weekday]! : 0 };
  });
}
