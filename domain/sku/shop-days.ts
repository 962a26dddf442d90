import { type ActivityDay, activityDay } from "../demand/activity.ts";
import { countOf, sumCounters } from "../demand/counters.ts";
import { inStockShare } from "../inventory/in-stock-share.ts";
import { civilDay } from "../time/civil-day.ts";
import type { DemandDay, SkuState } from "./state.ts";

/** Views and carts alone are told to D1 at most this often: rows written are the bill. */
export const TELL_EVERY_MS = 600_000;

/** Days without an event are days of no demand for so long after the last event. */
const WATCHED_MS = 14 * 24 * 3_600_000;

/** Whether the day was posted as a whole: events of it are counted, and not added. */
export function isPosted(day: DemandDay | undefined): boolean {
  return day !== undefined && day.post !== null;
}

/**
 * Brings the SKU's day up to date with the day's events. What changes is told at once if `urgent`, else a little later,
 * together with what comes until then.
 */
export function updateDay(
  sku: SkuState,
  day: string,
  clock: { now: number; timeZone: string },
  urgent: boolean,
): void {
  if (sku.shop === null) return;
  const counted = activityDay(sku.shop.activity, day, clock.timeZone);
  const isDue = urgent || clock.now - counted.toldAt >= TELL_EVERY_MS;
  counted.waitingSince = isDue ? null : (counted.waitingSince ?? clock.now);
  if (isDue) counted.toldAt = clock.now;
  setDay(sku, day, counted, clock.now);
}

/**
 * Tells the days that have waited long enough, and closes those that are over. The day after a closed one is opened, so
 * that a day without any event is a day of no demand, and not one of which nothing is known.
 */
export function settleDays(sku: SkuState, { now, timeZone }: { now: number; timeZone: string }): void {
  if (sku.shop === null) return;
  const { activity } = sku.shop;
  // days that are opened on the way are visited too
  for (const [day, counted] of activity.days) {
    if (!isDue(counted, now)) continue;
    if (!counted.closed && now >= counted.end) {
      counted.closed = true;
      if (now - activity.lastAt < WATCHED_MS)
        activityDay(activity, civilDay(counted.end, timeZone), timeZone);
    }
    counted.waitingSince = null;
    counted.toldAt = now;
    setDay(sku, day, counted, now);
  }
}

/** When the next day is to be told or closed, ms; Infinity = none. */
export function nextDayDueAt(sku: SkuState): number {
  let due = Number.POSITIVE_INFINITY;
  if (sku.shop === null) return due;
  for (const { waitingSince, toldAt, closed, end } of sku.shop.activity.days.values()) {
    if (waitingSince !== null) due = Math.min(due, toldAt + TELL_EVERY_MS);
    if (!closed) due = Math.min(due, end);
  }
  return due;
}

function isDue({ waitingSince, toldAt, closed, end }: ActivityDay, now: number): boolean {
  return (waitingSince !== null && now >= toldAt + TELL_EVERY_MS) || (!closed && now >= end);
}

function setDay(sku: SkuState, day: string, counted: ActivityDay, now: number): void {
  const before = sku.demand.get(day);
  sku.demandVersion++;
  if (before && isPosted(before)) {
    sku.demand.set(day, { ...before, version: sku.demandVersion });
    return;
  }
  const sum = sumCounters(counted.hours.values());
  const units = countOf(sum, "units");
  const revenue = countOf(sum, "revenue");
  const warehouses = sku.shop?.warehouses.values() ?? [];
  sku.demand.set(day, {
    units,
    revenue,
    price: units > 0 ? Math.round(revenue / units) : (before?.price ?? sku.ours?.price ?? 0),
    inStockShare: inStockShare(warehouses, counted.start, Math.min(counted.end, now)),
    promo: before?.promo ?? false,
    views: countOf(sum, "views"),
    carts: countOf(sum, "carts"),
    version: sku.demandVersion,
    post: null,
    repeats: [],
  });
}
