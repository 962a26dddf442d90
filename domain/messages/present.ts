import type { AggregateRow, Availability } from "./rows.ts";

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
  unprojected?: number;
}
