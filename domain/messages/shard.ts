import type { SignalSettings } from "../settings/settings.ts";
import type { SkuPresent } from "./present.ts";
import type { Availability, RowKind, RowsByKind } from "./rows.ts";
import type { RowVerdict } from "./verdict.ts";

/** Our side of one SKU as D1 holds it; `version` grows with every change, an older one never overwrites. */
export interface ShardProduct {
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

/** The rows of one chunk that fall to one shard. `chunkId` identifies the chunk for ever: same id, same verdicts. */
export type ShardChunk<K extends RowKind = RowKind> = {
  [P in K]: { kind: P; chunkId: string; source: string; receivedAt: number; rows: RowsByKind[P][] };
}[K];

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
  products: ShardProduct[];
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

/** What a person decides of a quarantined observation. */
export interface QuarantineDecision {
  sku: string;
  id: string;
  action: "release" | "discard";
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

/** What a SKU sold by the hour, as its shop events say. Plain JSON. */
export interface HourlySales {
  /** units of the last full hours, oldest first, at most 48; shorter where events began later */
  recent: number[];
  /** units of the running day's full hours; null = its events began after the day did */
  today: number | null;
  /** purchases of the twelve full five minutes before the instant */
  purchasesLastHour: number;
}
