import type { AggregateRow, Availability, DemandExtras } from "./rows.ts";

/** A competitor's offer. `version` grows only when it is to be projected. */
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
  /** since when its source's crawls are known to be without it, ms; null = it is there */
  missingSince: number | null;
  /** why its match should be looked at: pack6, tax …; absent = no doubt */
  matchQuality?: string;
  /** packs of ours in the one that is offered: the prices are for one of ours; absent = one */
  packFactor?: number;
  /** whose offer it is on a marketplace */
  seller?: string;
  /** what each seller of a marketplace asks */
  sellers?: OfferState[];
}

const NOTICE_REASONS = ["opened", "worse", "reminder"] as const;

/** That a signal was worth a person's attention. A notice is published once, whatever changes after it. */
export interface Notice {
  /** ms */
  at: number;
  why: (typeof NOTICE_REASONS)[number];
  /** severity of the signal at that time */
  severity: number;
}

/** A signal as it is projected. */
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
  /** the latest notice; absent: nobody was notified yet */
  notice?: Notice;
  version: number;
}

/** One day of demand as it is projected, or a longer period that begins on it. */
export interface DemandDayState extends DemandExtras {
  day: string;
  units: number;
  revenue: number;
  price: number;
  inStockShare: number | null;
  promo: boolean;
  views: number | null;
  carts: number | null;
  version: number;
  /** what shoppers did on the day, see `packBehaviour`; absent: no event is known */
  behaviour?: string;
}

/** A stock event that was not applied, since it would have taken the level below zero. */
export interface RefusedStockEvent {
  id: string;
  type: string;
  quantity: number;
  at: number;
}

/** The stock of a SKU in one warehouse. */
export interface WarehouseLevel {
  warehouse: string;
  units: number;
  /** units sold from here in the days whose events are kept */
  outflow: number;
  refused: RefusedStockEvent[];
  /** time of the newest event, ms */
  at: number;
  version: number;
}

/** The stock of a SKU. `version` is that of the newest change in any warehouse. */
export interface StockState {
  total: number;
  version: number;
  warehouses: WarehouseLevel[];
}

/** A comparison site's latest figures. */
export interface AggregateState extends Omit<AggregateRow, "row" | "sku"> {
  receivedAt: number;
  version: number;
}

export const QUARANTINE_STATUSES = ["open", "released", "discarded", "confirmed", "expired"] as const;
export type QuarantineStatus = (typeof QUARANTINE_STATUSES)[number];

/** An observation that is or was quarantined. Money in minor units, times in ms. */
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
  /** what settled it: the price gate by a later observation, a person, or time; null while it is open */
  settledBy: "gate" | "person" | "time" | null;
  heldAt: number;
  updatedAt: number;
  version: number;
}

/** The present state of a SKU: all offers and signals unless the call asks for less, and the days that it names. */
export interface SkuPresent {
  sku: string;
  offers: OfferState[];
  /** open signals, and those resolved within the last day */
  signals: SignalState[];
  demandDays: DemandDayState[];
  /** absent until a stock event came */
  stock?: StockState;
  /** quarantined rows, including those settled within the last day; absent: none */
  quarantine?: QuarantinedObservation[];
  aggregates?: AggregateState[];
  /**
   * mark to give back once this state is projected; absent: the shard does not wait for that, or the state is partial
   */
  unprojected?: number;
}
