import { emptyActivity, type ShopActivity } from "../demand/activity.ts";
import type { WarehouseStock } from "../inventory/warehouse.ts";
import type { AggregateState } from "../messages/present.ts";

/** A session's repeated additions to the cart. */
export interface CartPattern {
  carts: number;
  /** when it last put something into the cart, ms */
  at: number;
  bought: boolean;
}

/** A comparison site's latest figures, and the instants that it was heard of. */
export interface TrackedAggregate {
  state: AggregateState;
  /** event time (ms) and tag of the row, oldest first */
  seen: [at: number, tag: number][];
}

/** What the shop itself tells of one SKU. */
export interface ShopState {
  activity: ShopActivity;
  warehouses: Map<string, WarehouseStock>;
  /** grows with every change of the stock */
  stockVersion: number;
  aggregates: Map<string, TrackedAggregate>;
  /** by session */
  carts: Map<number, CartPattern>;
  /** when the demand is to be looked at again though nothing has come, ms; Infinity = not */
  scanDueAt: number;
}

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
