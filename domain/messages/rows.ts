/** What a row may say and an answer may show. */
export const AVAILABILITIES = ["in_stock", "out_of_stock", "preorder", "unknown"] as const;
/**
 * What is kept. `unclear`: something was said that nobody can read. It is shown as `unknown`, but unlike a row that says
 * nothing it does not count as in stock. The order is that of the stored numbers: only appended to.
 */
export const KEPT_AVAILABILITIES = [...AVAILABILITIES, "unclear"] as const;
export type Availability = (typeof KEPT_AVAILABILITIES)[number];
export type ShownAvailability = (typeof AVAILABILITIES)[number];

/** An availability as answers show it. */
export function shownAvailability(kept: Availability): ShownAvailability {
  return kept === "unclear" ? "unknown" : kept;
}

/** A validated observation whose product is known. Prices in minor units of the product's currency. */
export interface ObservationRow {
  row: number;
  sku: string;
  competitor: string;
  /** who sells it on a marketplace; absent: the competitor itself */
  seller?: string;
  /** 0 = the row names no price and says sold out: the last price stays */
  price: number;
  /** shipping added and coupon subtracted, minor units */
  landedPrice: number;
  availability: Availability;
  /** event time, ms */
  observedAt: number;
  /** the price as it was asked, if in another currency */
  listed?: ListedPrice;
  /** packs of ours in the one that was offered, by which the prices were divided; absent: one */
  packFactor?: number;
}

/** The exchange rate at which a price was converted. */
export interface UsedRate {
  /** the competitor's */
  currency: string;
  /** the rate was old: the price is shown, but decides nothing */
  stale: boolean;
  /** change of the worth of one `currency` in our currency since the day before, a share; absent: not known */
  move?: number;
}

/** A price in the competitor's own currency. */
export interface ListedPrice extends UsedRate {
  /** landed, minor units of `currency` */
  landedPrice: number;
}

/** A row of demand that is longer than a day: its length, from its `day` on. */
export const LONG_PERIODS = ["week", "month"] as const;
export type LongPeriod = (typeof LONG_PERIODS)[number];

/** What a row of demand has beside its figures, where it has it. */
export interface DemandExtras {
  /** absent: a day */
  period?: LongPeriod;
  /** the promotions that have a name, by name, with their strengths, as canonical JSON */
  promotions?: string;
}

/** A validated day of demand history, or a week or month that begins on it. Money in minor units. */
export interface DemandRow extends DemandExtras {
  row: number;
  sku: string;
  /** YYYY-MM-DD, civil day of the install's time zone */
  day: string;
  units: number;
  price: number;
  revenue: number | null;
  inStockShare: number | null;
  promo: boolean;
  views: number | null;
  carts: number | null;
}

/** What a shopper did. `page_view` and `search` need no product. */
export const EVENT_TYPES = [
  "page_view",
  "product_view",
  "search",
  "price_comparison",
  "add_to_cart",
  "remove_from_cart",
  "purchase",
  "refund",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const DEVICES = ["mobile", "desktop", "tablet", "unknown"] as const;
export type Device = (typeof DEVICES)[number];

/** A validated shop event. Ids and sessions are 52-bit hashes. */
export interface EventRow {
  row: number;
  sku: string;
  event: number;
  visitor: number;
  type: EventType;
  device: Device;
  quantity: number;
  /** price of one unit, minor units; null = the price we served */
  price: number | null;
  dwellSeconds: number | null;
  /** event time, ms */
  at: number;
}

/** A validated stock event: `set` gives a counted level, `add` a change of either sign. */
export interface InventoryRow {
  row: number;
  sku: string;
  warehouse: string;
  /** the sender's id */
  id: string;
  type: string;
  effect: "set" | "add";
  quantity: number;
  at: number;
}

/** The figures of a comparison site for a product over all the stores that it tracks. Money in minor units. */
export interface AggregateRow {
  row: number;
  sku: string;
  aggregator: string;
  available: boolean;
  min: number;
  avg: number;
  max: number;
  storesTracked: number;
  observedAt: number;
}

/** A session that added to its cart again and again; reported when it reaches the threshold and when it buys. */
export interface CartPatternRow {
  row: number;
  sku: string;
  visitor: number;
  carts: number;
  /** when it last added something to the cart, ms */
  at: number;
  bought: boolean;
}

/** The kinds of rows that a shard takes, with what each consists of: a new kind begins here. */
export interface RowsByKind {
  observations: ObservationRow;
  demand: DemandRow;
  events: EventRow;
  inventory: InventoryRow;
  aggregates: AggregateRow;
  carts: CartPatternRow;
}
export type RowKind = keyof RowsByKind;

/** Whether a shopper can buy now. A row that says nothing counts as yes, since most pages that show a price sell. */
export function isBuyable(availability: Availability): boolean {
  return availability === "in_stock" || availability === "unknown";
}
