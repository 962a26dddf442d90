import type { HourlySales } from "../demand/hourly-sales.ts";
import type { SignalSettings } from "../settings/settings.ts";
import type { RowVerdict } from "./verdict.ts";

/** Our side of one SKU as D1 holds it; `version` grows with every change, an older one never overwrites. */
export interface OurSide {
  sku: string;
  title: string;
  currency: string;
  /** served price, minor units */
  price: number;
  active: boolean;
  /** tax included in or added to its price, fraction of the net price; absent: not known */
  taxRate?: number | null;
  /** units on hand; null = unknown, which counts as in stock */
  stock: number | null;
  /** high, medium or low price sensitivity of the SKU's demand; unknown before the first elasticity run */
  sensitivity: "high" | "medium" | "low" | null;
  /** what we asked before, as far as signals look back, oldest first; absent: nothing else lately */
  pastPrices?: PastPrice[];
  version: number;
}

/** A price of ours that is in force no more. */
export interface PastPrice {
  /** minor units */
  price: number;
  /** when the next one came into force, ms */
  until: number;
}

export const AVAILABILITIES = ["in_stock", "out_of_stock", "preorder", "unknown"] as const;
export type Availability = (typeof AVAILABILITIES)[number];

/** A validated observation, its product already found: the price in minor units of the product's currency. */
export interface ObservationRow {
  row: number;
  sku: string;
  competitor: string;
  price: number;
  /** shipping added and coupon subtracted, minor units */
  landedPrice: number;
  availability: Availability;
  /** event time, ms */
  observedAt: number;
  /** as it was asked, where that was in another currency */
  listed?: ListedPrice;
}

/** The exchange rate at which a price came into our currency. */
export interface UsedRate {
  /** the competitor's */
  currency: string;
  /** the rate was old: the price is shown, and moves nothing */
  stale: boolean;
  /** change of what one unit of `currency` is worth in ours over the day before, a share; absent: not known */
  move?: number;
}

/** A price in the competitor's own currency. */
export interface ListedPrice extends UsedRate {
  /** landed, minor units of `currency` */
  landedPrice: number;
}

/** A validated day of demand history. Money in minor units. */
export interface DemandRow {
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

/** A validated event of the shop about a product. Ids and sessions travel as 52-bit hashes. */
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

/** What a stock event does: `set` is a count of the shelf, `add` a movement of either sign. */
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

/** What a price comparison site says of a product, over all the stores that it tracks. Money in minor units. */
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

/** A session that put things into its cart again and again: reported when that begins, and when it buys. */
export interface CartPatternRow {
  row: number;
  sku: string;
  visitor: number;
  carts: number;
  /** when it last put something into the cart, ms */
  at: number;
  bought: boolean;
}

/** The rows of one chunk that fall to one shard. `chunkId` identifies the chunk for ever: same id, same verdicts. */
export type ShardChunk =
  | { kind: "observations"; chunkId: string; source: string; receivedAt: number; rows: ObservationRow[] }
  | { kind: "demand"; chunkId: string; source: string; receivedAt: number; rows: DemandRow[] }
  | { kind: "events"; chunkId: string; source: string; receivedAt: number; rows: EventRow[] }
  | { kind: "inventory"; chunkId: string; source: string; receivedAt: number; rows: InventoryRow[] }
  | { kind: "aggregates"; chunkId: string; source: string; receivedAt: number; rows: AggregateRow[] }
  | { kind: "carts"; chunkId: string; source: string; receivedAt: number; rows: CartPatternRow[] };

/** The settings that a shard works by; the civil day is UTC's unless said. */
export type ShardSettings = SignalSettings & {
  timeZone?: string;
  /** competitors whose offers are kept but decide nothing, sorted */
  excluded?: string[];
};

/** One call to a shard: all that one consumer batch holds for it, committed at once. */
export interface ShardCall {
  /** clock of the call, ms */
  now: number;
  settings: ShardSettings;
  /** our side of every SKU named in the chunks or to be re-evaluated */
  ours: OurSide[];
  chunks: ShardChunk[];
  /** what people decided of quarantined rows, taken after the chunks */
  decisions?: QuarantineDecision[];
  /** SKUs whose present state is wanted though no row names them */
  refresh?: string[];
  /**
   * ms; answer only offers and signals that changed at this instant or later, except of the SKUs in `refresh`. What a
   * chunk changes it changes after it was received: the earliest `receivedAt` of the call still repairs every projection
   * that was lost. Absent: everything.
   */
  changedSince?: number;
}

/** A competitor's latest accepted offer. `version` grows only when D1 is to be written. */
export interface OfferState {
  competitor: string;
  price: number;
  landedPrice: number;
  currency: string;
  availability: Availability;
  observedAt: number;
  receivedAt: number;
  source: string;
  version: number;
  /** what its match is to be looked at for: pack6, tax …; absent = nothing */
  matchQuality?: string;
}

export const NOTICE_REASONS = ["opened", "worse", "reminder"] as const;

/** That a signal was worth a person's attention. The same notice is told once, whatever else changes after it. */
export interface Notice {
  /** ms */
  at: number;
  why: (typeof NOTICE_REASONS)[number];
  /** severity that it told of */
  severity: number;
}

/** A signal as the projection holds it; absolute and versioned. */
export interface SignalState {
  id: string;
  sku: string;
  competitor: string | null;
  type: string;
  status: "open" | "resolved";
  priority: 1 | 2 | 3;
  severity: number;
  confidence: number;
  message: string;
  evidence: Record<string, number | string | boolean | null>;
  openedAt: number;
  updatedAt: number;
  resolvedAt: number | null;
  /** the latest; absent: nobody was notified yet */
  notice?: Notice;
  version: number;
}

/** One day of demand, absolute. */
export interface DemandDayState {
  day: string;
  units: number;
  revenue: number;
  price: number;
  inStockShare: number | null;
  promo: boolean;
  views: number | null;
  carts: number | null;
  version: number;
  /** what shoppers did on the day, packed: see `DayBehaviour`; absent = no event is known */
  behaviour?: string;
}

/** A stock event that would have taken a level below zero: kept, and not applied. */
export interface RefusedStockEvent {
  id: string;
  type: string;
  quantity: number;
  at: number;
}

/** One warehouse's level of a SKU, absolute. */
export interface WarehouseLevel {
  warehouse: string;
  units: number;
  refused: RefusedStockEvent[];
  /** time of the newest event, ms */
  at: number;
  version: number;
}

/** What a SKU has on hand. `version` is that of the newest change in any warehouse. */
export interface StockState {
  total: number;
  version: number;
  warehouses: WarehouseLevel[];
}

/** A comparison site's latest figures, absolute. */
export interface AggregateState extends Omit<AggregateRow, "row" | "sku"> {
  receivedAt: number;
  version: number;
}

export const QUARANTINE_STATUSES = ["open", "released", "discarded", "confirmed", "expired"] as const;
export type QuarantineStatus = (typeof QUARANTINE_STATUSES)[number];

/** An observation that was not believed at once, absolute. Money in minor units, times in ms. */
export interface QuarantinedObservation {
  id: string;
  competitor: string;
  price: number;
  landedPrice: number;
  currency: string;
  availability: Availability;
  observedAt: number;
  receivedAt: number;
  source: string;
  code: "slip" | "outlier";
  /** what the factor over the expected price looks like: times10, pack6, placeholder … */
  kind: string;
  expected: number;
  status: QuarantineStatus;
  /** who settled it: the gate by what came later, a person, or time; null while it is open */
  settledBy: "gate" | "person" | "time" | null;
  heldAt: number;
  updatedAt: number;
  version: number;
}

/** What a person decides of a quarantined observation. */
export interface QuarantineDecision {
  sku: string;
  id: string;
  action: "release" | "discard";
}

/** The present state of a SKU: whole for offers and signals unless the call says otherwise; of days those it names. */
export interface SkuPresent {
  sku: string;
  offers: OfferState[];
  /** open signals, and those resolved within the last day */
  signals: SignalState[];
  demandDays: DemandDayState[];
  /** absent until a stock event came */
  stock?: StockState;
  /** quarantined rows, settled ones of the last day among them; absent: none */
  quarantine?: QuarantinedObservation[];
  aggregates?: AggregateState[];
  /** to be given back once this state is projected; absent: nobody waits for that, or the state is not whole */
  untold?: number;
}

export interface ShardAnswer {
  verdicts: { chunkId: string; verdicts: RowVerdict[] }[];
  skus: SkuPresent[];
}

/** The price of a competitor from `at` (its first observation) until the next point. */
export interface ChangePoint {
  at: number;
  /** time of the last observation that confirmed it */
  lastSeenAt: number;
  price: number;
  landedPrice: number;
  availability: Availability;
  /** landed price in the competitor's own currency where that is another, minor units of it */
  listed?: number;
}

/** Everything remembered of one competitor of one SKU, oldest first. */
export interface CompetitorHistory {
  competitor: string;
  points: ChangePoint[];
  /** the newest price was converted at an old exchange rate: it is shown, and moves nothing */
  rateIsStale?: true;
}

/** What a shard remembers of one SKU at an instant. `sales`: absent where no shop event of the SKU is known. */
export interface SkuHistory {
  sku: string;
  competitors: CompetitorHistory[];
  sales?: HourlySales;
}
