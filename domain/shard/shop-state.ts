import { roundQuantity } from "../base/quantity.ts";
import { civilDay, DAY_MS } from "../base/time.ts";
import type { DemandDayState, StockState } from "../messages/present.ts";
import type { ShardProduct } from "../messages/shard.ts";
import { type ActivityDay, activityDay, BUCKET_MS, emptyActivity } from "./demand/activity.ts";
import { packBehaviour } from "./demand/behaviour.ts";
import { type Counters, countOf, sumCounters } from "./demand/counters.ts";
import { inStockShare, stockLevel } from "./demand/warehouse.ts";
import type { DemandDay, ShopState, SkuState } from "./state.ts";

export function emptyShop(): ShopState {
  return {
    activity: emptyActivity(),
    warehouses: new Map(),
    stockVersion: 0,
    aggregates: new Map(),
    carts: new Map(),
    scanDueAt: Number.POSITIVE_INFINITY,
  };
}

/** A day on which only views and carts changed is projected at most this often, since every row written costs. */
const PROJECT_EVERY_MS = 600_000;

/** For this long after the last event, days without one count as days without demand. */
const WATCHED_MS = 14 * DAY_MS;

/** Whether the day was posted as a whole: its events are counted, but do not change its demand. */
export function isPosted(day: DemandDay | undefined): boolean {
  return day !== undefined && day.post !== null;
}

/**
 * Updates the SKU's day from its events. The change is projected at once if `urgent`, else a little later together with
 * whatever else changes until then.
 */
export function updateDay(
  sku: SkuState,
  day: string,
  clock: { now: number; timeZone: string },
  urgent: boolean,
): void {
  if (sku.shop === null) return;
  const counted = activityDay(sku.shop.activity, day, clock.timeZone);
  const isDue = urgent || clock.now - counted.projectedAt >= PROJECT_EVERY_MS;
  counted.waitingSince = isDue ? null : (counted.waitingSince ?? clock.now);
  if (isDue) counted.projectedAt = clock.now;
  setDay(sku, day, counted, clock.now);
}

/**
 * Projects the days that have waited long enough, and closes those that are over. The day after a closed one is opened,
 * so that a day without events is known as a day without demand.
 */
export function settleDays(sku: SkuState, { now, timeZone }: { now: number; timeZone: string }): void {
  if (sku.shop === null) return;
  const { activity } = sku.shop;
  // the loop also visits the days that it opens
  for (const [day, counted] of activity.days) {
    if (!isDue(counted, now)) continue;
    if (!counted.closed && now >= counted.end) {
      counted.closed = true;
      if (now - activity.lastAt < WATCHED_MS)
        activityDay(activity, civilDay(counted.end, timeZone), timeZone);
    }
    counted.waitingSince = null;
    counted.projectedAt = now;
    setDay(sku, day, counted, now);
  }
}

/** When the next day is to be projected or closed, ms; Infinity = none. */
export function nextDayDueAt(sku: SkuState): number {
  let due = Number.POSITIVE_INFINITY;
  if (sku.shop === null) return due;
  for (const { waitingSince, projectedAt, closed, end } of sku.shop.activity.days.values()) {
    if (waitingSince !== null) due = Math.min(due, projectedAt + PROJECT_EVERY_MS);
    if (!closed) due = Math.min(due, end);
  }
  return due;
}

function isDue({ waitingSince, projectedAt, closed, end }: ActivityDay, now: number): boolean {
  return (waitingSince !== null && now >= projectedAt + PROJECT_EVERY_MS) || (!closed && now >= end);
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
    price: units > 0 ? Math.round(revenue / units) : (before?.price ?? sku.product?.price ?? 0),
    inStockShare: inStockShare(warehouses, counted.start, Math.min(counted.end, now)),
    promo: before?.promo ?? false,
    views: countOf(sum, "views"),
    carts: countOf(sum, "carts"),
    version: sku.demandVersion,
    post: null,
    repeats: [],
  });
}

/** What is known of a SKU's shoppers right now, including what is not projected yet. */
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

/** The levels of all warehouses; undefined while no stock event is known. */
export function stockOf(shop: ShopState | null): StockState | undefined {
  if (shop === null || shop.warehouses.size === 0) return undefined;
  const warehouses = [...shop.warehouses]
    .map(([warehouse, stock]) => ({
      warehouse,
      ...stockLevel(stock),
      at: stock.events.at(-1)?.at ?? stock.baseAt,
      version: stock.version,
    }))
    .sort((a, b) => (a.warehouse < b.warehouse ? -1 : 1));
  const total = roundQuantity(warehouses.reduce((sum, { units }) => sum + units, 0));
  return { total, version: shop.stockVersion, warehouses };
}

/** Whether stock events of this SKU have come: the stock in D1 is then our own projection. */
export function hasOwnStock(sku: SkuState): boolean {
  return sku.shop !== null && sku.shop.warehouses.size > 0;
}

/** The product with the stock from stock events, if there are any. */
export function withOwnStock(sku: SkuState, product: ShardProduct): ShardProduct {
  const stock = stockOf(sku.shop);
  return stock === undefined ? product : { ...product, stock: stock.total };
}

/** A day as the projection writes it; null if it is not kept. */
export function demandDayState(sku: SkuState, day: string): DemandDayState | null {
  const found = sku.demand.get(day);
  if (!found) return null;
  const { post: _, repeats: __, ...content } = found;
  const counted = sku.shop?.activity.days.get(day);
  return {
    day,
    ...content,
    ...(counted && counted.hours.size > 0 ? { behaviour: packBehaviour(counted) } : {}),
  };
}
