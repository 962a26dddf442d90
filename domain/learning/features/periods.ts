import { dayIndex, dayOfNumber } from "../../base/time.ts";
import type { LongPeriod } from "../../messages/rows.ts";

const WEEK_DAYS = 7;

/** A row of demand by its first day and its length; absent = a day. */
interface Spanned {
  readonly day: string;
  readonly period?: LongPeriod | null | undefined;
}

/**
 * Days of a row: a week is seven, a month lasts until the same day of the next one.
 *
 * @example { day: "2026-02-01", period: "month" } // 28
 */
export function spanDays({ day, period }: Spanned): number {
  if (!period) return 1;
  if (period === "week") return WEEK_DAYS;
  const start = new Date(`${day}T00:00:00Z`);
  start.setUTCMonth(start.getUTCMonth() + 1);
  return dayIndex(start.toISOString().slice(0, 10)) - dayIndex(day);
}

/** The days of a row by name. */
export function daysWithin(row: Spanned): string[] {
  const first = dayIndex(row.day);
  return Array.from({ length: spanDays(row) }, (_, k) => (k === 0 ? row.day : dayOfNumber(first + k)));
}

/** Whether any row is longer than a day. */
export function hasLongRows(rows: readonly Spanned[]): boolean {
  return rows.some(({ period }) => period);
}

/** Rows apart by their length; a day within a longer row is that row's. Ascending, as they come. */
export function byLength<T extends Spanned>(days: readonly T[]): { long: T[]; short: T[] } {
  const long = days.filter(({ period }) => period);
  const covered = new Set(long.flatMap(daysWithin));
  return { long, short: days.filter(({ day, period }) => !period && !covered.has(day)) };
}

/** A row that counts something. */
interface Counted {
  day: string;
  period?: LongPeriod;
  units: number;
  views?: number;
  carts?: number;
}

/** The features by days: what a longer row sold is spread evenly. The same object where all rows are days. */
export function inDays<D extends Counted, T extends { days: D[] }>(features: T & { days: D[] }): T {
  if (!hasLongRows(features.days)) return features;
  const { long, short } = byLength(features.days);
  const known = new Map(short.map((day) => [day.day, day]));
  for (const row of long)
    for (const day of daysWithin(row)) if (!known.has(day)) known.set(day, spread(row, day));
  const days = [...known.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
  return { ...features, days };
}

function spread<D extends Counted>(whole: D, day: string): D {
  const share = 1 / spanDays(whole);
  const { views, carts } = whole;
  const one: D = {
    ...whole,
    ...{ day, units: whole.units * share },
    ...(views !== undefined && { views: views * share }),
    ...(carts !== undefined && { carts: carts * share }),
  };
  delete one.period;
  return one;
}
