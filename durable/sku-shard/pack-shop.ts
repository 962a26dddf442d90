import type { Device } from "../../domain/messages/rows.ts";
import type { ActivityDay, CountedId, ShopActivity } from "../../domain/shard/demand/activity.ts";
import type { Counters } from "../../domain/shard/demand/counters.ts";
import type { WarehouseStock } from "../../domain/shard/demand/warehouse.ts";
import type { CartPattern, ShopState, TrackedAggregate } from "../../domain/shard/state.ts";

/** What the shop reports of a SKU, as JSON, since most SKUs have few events or none. */
export interface PackedShop {
  activity: Omit<ShopActivity, "ids" | "buckets" | "days"> & {
    /** hash, time and tag of each, in one list */
    ids: number[];
    /** session and kind of each, in one list, −1 for stock events; absent in what was packed before they were kept */
    visits?: number[];
    buckets: [number, Counters][];
    days: [string, Omit<ActivityDay, "hours" | "devices"> & PackedHours][];
  };
  warehouses: [string, WarehouseStock][];
  stockVersion: number;
  aggregates: [string, TrackedAggregate][];
  carts: [number, CartPattern][];
  /** null = not */
  scanDueAt: number | null;
}

interface PackedHours {
  hours: [number, Counters][];
  devices: [Device, Counters][];
}

export function packShop(shop: ShopState): PackedShop {
  const { activity, warehouses, stockVersion, aggregates, carts, scanDueAt } = shop;
  const ids = [...activity.ids].flatMap(([event, { at, tag }]) => [event, at, tag]);
  const visits = [...activity.ids.values()].flatMap(({ visitor = -1, kind = -1 }) => [visitor, kind]);
  const days = [...activity.days].map(([day, counted]): PackedShop["activity"]["days"][number] => [
    day,
    { ...counted, hours: [...counted.hours], devices: [...counted.devices] },
  ]);
  return {
    activity: { ...activity, ids, visits, buckets: [...activity.buckets], days },
    warehouses: [...warehouses],
    stockVersion,
    aggregates: [...aggregates],
    carts: [...carts],
    scanDueAt: scanDueAt === Number.POSITIVE_INFINITY ? null : scanDueAt,
  };
}

export function unpackShop(packed: PackedShop): ShopState {
  const ids = new Map<number, CountedId>();
  const { visits = [], ...activity } = packed.activity;
  for (let i = 0; i < packed.activity.ids.length; i += 3) {
    const [event, at, tag] = packed.activity.ids.slice(i, i + 3) as [number, number, number];
    const [visitor = -1, kind = -1] = visits.slice((2 * i) / 3, (2 * i) / 3 + 2);
    ids.set(event, visitor < 0 ? { at, tag } : { at, tag, visitor, kind });
  }
  const days = packed.activity.days.map(([day, counted]): [string, ActivityDay] => [
    day,
    { ...counted, hours: new Map(counted.hours), devices: new Map(counted.devices) },
  ]);
  return {
    activity: { ...activity, ids, buckets: new Map(activity.buckets), days: new Map(days) },
    warehouses: new Map(packed.warehouses),
    stockVersion: packed.stockVersion,
    aggregates: new Map(packed.aggregates),
    carts: new Map(packed.carts),
    scanDueAt: packed.scanDueAt ?? Number.POSITIVE_INFINITY,
  };
}
