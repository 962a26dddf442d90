import type { SignalSettings } from "../settings/signals.ts";
import type { OfferAbsence } from "./crawls.ts";
import type { SkuPresent } from "./present.ts";
import type { Availability, RowKind, RowsByKind } from "./rows.ts";
import type { RowVerdict } from "./verdict.ts";

/** What a shard knows of our own product. `version` grows with every change; an older one never overwrites. */
export interface ShardProduct {
  sku: string;
  title: string;
  currency: string;
  /** served price, minor units */
  price: number;
  active: boolean;
  /** tax as a fraction of the net price; absent: not known */
  taxRate?: number | null;
  /** the lowest price at which a unit earns something, minor units; null or absent: its cost is not known */
  breakEven?: number | null;
  /** the minimum advertised price that dealers agreed to, minor units; absent: there is none */
  mapPrice?: number;
  /** its quantities may have decimals; absent: they are pieces */
  decimals?: true;
  /** units on hand; null = unknown, which counts as in stock */
  stock: number | null;
  /** high, medium or low price sensitivity of the SKU's demand; unknown before the first elasticity run */
  sensitivity: "high" | "medium" | "low" | null;
  /** our earlier prices as far back as signals look, oldest first; absent: no other lately */
  pastPrices?: PastPrice[];
  version: number;
}

/** A price of ours that is no longer in force. */
export interface PastPrice {
  /** minor units */
  price: number;
  /** when the next one came into force, ms */
  until: number;
}

/** The rows of one chunk that belong to one shard. The same `chunkId` always gets the same verdicts. */
export type ShardChunk<K extends RowKind = RowKind> = {
  [P in K]: { kind: P; chunkId: string; source: string; receivedAt: number; rows: RowsByKind[P][] };
}[K];

/** The settings of a shard. Without a time zone the civil day is that of UTC. */
export type ShardSettings = SignalSettings & {
  timeZone?: string;
  /** competitors whose offers are kept but do not count, sorted */
  excluded?: string[];
  /** names whose offers count as another competitor's, with that competitor */
  merged?: Readonly<Record<string, string>>;
};

/** One call to a shard: everything that a consumer batch holds for it, committed at once. */
export interface ShardCall {
  /** clock of the call, ms */
  now: number;
  settings: ShardSettings;
  /**
   * the products of the SKUs that the chunks name or that are to be evaluated; those that the shard has may be left
   * out
   */
  products: ShardProduct[];
  chunks: ShardChunk[];
  /** decisions on quarantined rows, taken after the chunks */
  decisions?: QuarantineDecision[];
  /** offers that crawls were without, taken last */
  absences?: OfferAbsence[];
  /** further SKUs whose present state is wanted */
  refresh?: string[];
  /**
   * Answer only offers and signals that changed at this instant (ms) or later, except for the SKUs in `refresh`. The
   * earliest `receivedAt` of the call is early enough to repair every lost projection, since a chunk changes nothing
   * before it was received. Absent: everything.
   */
  changedSince?: number;
}

/** What a person decides about a quarantined observation. */
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
  /** where each seller of a marketplace is told apart */
  seller?: string;
  points: ChangePoint[];
  /** the newest price was converted at an old exchange rate: it is shown, but decides nothing */
  rateIsStale?: true;
  /** its source does not find it any more: it is shown, but decides nothing */
  isMissing?: true;
}

/** What a shard remembers of one SKU up to an instant. `sales`: absent if no shop event of the SKU is known. */
export interface SkuHistory {
  sku: string;
  competitors: CompetitorHistory[];
  sales?: HourlySales;
}

/** What a SKU sold by the hour according to its shop events. */
export interface HourlySales {
  /** units of the last full hours, oldest first, at most 48; fewer if events began later */
  recent: number[];
  /** units of today's full hours; null if events began only today */
  today: number | null;
  /** purchases in the twelve full five-minute buckets before the instant */
  purchasesLastHour: number;
}
