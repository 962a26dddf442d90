import { MINUTE_MS } from "../base/time.ts";
import type { AggregateState, SignalState } from "../messages/present.ts";
import type { Availability, UsedRate } from "../messages/rows.ts";
import type { ShardProduct, ShardSettings } from "../messages/shard.ts";
import type { Correction } from "./competitors/corrections.ts";
import type { GateState, MatchDoubt } from "./competitors/gate.ts";
import { emptyHistory, type ObservationHistory, type ShedObservation } from "./competitors/history.ts";
import type { ShopActivity } from "./demand/activity.ts";
import { DemandDays } from "./demand/demand-days.ts";
import type { WarehouseStock } from "./demand/warehouse.ts";
import type { Move } from "./signals/definition.ts";

/** The latest offer as it was last given for projection. Its price is the latest in the history. */
interface ProjectedOffer {
  observedAt: number;
  receivedAt: number;
  /** index into the dictionary of source names */
  source: number;
  version: number;
  /** when it got this version, ms */
  projectedAt: number;
}

/**
 * What a SKU's market signals were last evaluated with. While it is unchanged, a repeated price changes no signal. Kept
 * in memory only: without it the signals are evaluated once more, with the same result.
 */
interface Steady {
  settings: ShardSettings;
  /** event time until which every offer that was fresh then stays fresh, ms */
  until: number;
}

/** What a shard remembers of one competitor of one SKU. */
export interface CompetitorState {
  competitor: string;
  /** who sells it on a marketplace; null = the competitor itself */
  seller: string | null;
  history: ObservationHistory;
  /** values that replaced earlier ones of the same instant */
  corrections: Correction[];
  /** when the observation that counts now was received, ms */
  receivedAt: number;
  projected: ProjectedOffer;
  /** null before the first price that was believed */
  gate: GateState | null;
  /** the present price if it was believed only after it was seen again, minor units; else null */
  doubtful: number | null;
  /** doubt whether the product is matched rightly, raised by the latest price; null = none */
  match: MatchDoubt | null;
  /** how its latest price came into our currency; null = it is in ours */
  rate: UsedRate | null;
  /** packs of ours that its latest price was for, before it was divided; null = one */
  packFactor: number | null;
  /** quarantined rows in order of time, including those settled lately */
  quarantine: QuarantineEntry[];
  /** its source's crawls are without it, as was known at this event time, ms; null = it was there */
  missing: number | null;
  /** the SKU's, if this competitor's signals have been evaluated since it was made */
  steady: Steady | null;
}

/** A signal, open or lately resolved, with what its next step needs. */
export interface TrackedSignal {
  state: SignalState;
  /** the measure that `state` shows */
  value: number;
  /** since when the condition has been clear, ms; null while it holds */
  quietSince: number | null;
}

/** Everything a shard remembers of one SKU. */
export interface SkuState {
  sku: string;
  product: ShardProduct | null;
  /** by `stateKey`: a marketplace has one for each of its sellers */
  competitors: Map<string, CompetitorState>;
  signals: TrackedSignal[];
  demand: DemandDays;
  /** reads what of it is on disk only; null = nothing is */
  readOlder: (() => OlderState) | null;
  /** grows with every accepted day, so that a forgotten day comes back with a higher version */
  demandVersion: number;
  /** null until the shop reports something of it */
  shop: ShopState | null;
  /** the latest event time at which the signals were evaluated, ms */
  clock: number;
  /** the next instant at which time alone can change a signal, ms; Infinity = none */
  dueAt: number;
  /** the last change made by time alone, until it is known to be projected */
  unprojected: Unprojected | null;
  /** null = anything may have changed */
  steady: Steady | null;
  /** which offers count has been changed by a setting, and the signals do not know yet */
  rulesChanged: boolean;
  /** what the rows of the call in progress moved: signals about the whole SKU look at it once, at the end */
  moves: Move[];
}

/** What of a SKU is not kept in memory. */
export interface OlderState {
  /** what each history shed, oldest first, by `stateKey` */
  shed: ReadonlyMap<string, readonly ShedObservation[]>;
  demand: DemandDays;
}

export function emptySku(sku: string): SkuState {
  return {
    sku,
    product: null,
    competitors: new Map(),
    signals: [],
    demand: new DemandDays(),
    readOlder: null,
    demandVersion: 0,
    shop: null,
    clock: 0,
    dueAt: Number.POSITIVE_INFINITY,
    unprojected: null,
    steady: null,
    rulesChanged: false,
    moves: [],
  };
}

/** No name holds it. */
const BETWEEN_NAMES = "\u0001";

/** What a seller of a competitor is known by within a SKU. */
export function stateKey(competitor: string, seller: string | null | undefined): string {
  return seller ? `${competitor}${BETWEEN_NAMES}${seller}` : competitor;
}

export function emptyCompetitor(competitor: string, seller: string | null = null): CompetitorState {
  return {
    competitor,
    seller,
    history: emptyHistory(),
    corrections: [],
    receivedAt: 0,
    projected: { observedAt: 0, receivedAt: 0, source: 0, version: 0, projectedAt: 0 },
    gate: null,
    doubtful: null,
    match: null,
    rate: null,
    packFactor: null,
    quarantine: [],
    missing: null,
    steady: null,
  };
}

/** A change made by time alone is announced again after this, unless it is known to be projected. */
const ANNOUNCE_AGAIN_MS = MINUTE_MS;

/** A change that no message brought: only the shard can announce it again. */
export interface Unprojected {
  /** when it was made, ms */
  since: number;
  /** which change it is */
  mark: number;
}

/** A number that grows with every change that time alone can make to a SKU. */
export function changeMark(sku: SkuState): number {
  let mark = sku.demandVersion;
  for (const { state } of sku.signals) mark += state.version;
  for (const { quarantine } of sku.competitors.values())
    for (const { version } of quarantine) mark += version;
  return mark;
}

/** When the SKU is to be announced again, ms; Infinity = everything is known to be projected. */
export function announceAgainAt({ unprojected }: SkuState): number {
  return unprojected === null ? Number.POSITIVE_INFINITY : unprojected.since + ANNOUNCE_AGAIN_MS;
}

/** Notes that the change with this mark is projected; a later change still has to be. */
export function markProjected(sku: SkuState, mark: number): void {
  if (sku.unprojected?.mark === mark) sku.unprojected = null;
}

/**
 * open: waits · returned: the next price was normal again · confirmed: seen again, so it entered the history ·
 * released, discarded: by a person · expired: nobody confirmed or released it in time
 */
export type EntryStatus = "open" | "returned" | "confirmed" | "released" | "discarded" | "expired";

/** An observation that is or was quarantined. Money in minor units, times in ms. */
export interface QuarantineEntry {
  id: string;
  price: number;
  landedPrice: number;
  availability: Availability;
  /** landed price in the competitor's own currency where that is another */
  listed?: number;
  /** null = it is in our currency */
  rate: UsedRate | null;
  /** packs of ours that the price was for; absent: one */
  packFactor?: number;
  observedAt: number;
  receivedAt: number;
  /** index into the dictionary of source names */
  source: number;
  tag: number;
  code: "slip" | "outlier";
  /** what the factor looks like */
  kind: string;
  expected: number;
  status: EntryStatus;
  heldAt: number;
  updatedAt: number;
  version: number;
}

/** A session's repeated additions to the cart. */
export interface CartPattern {
  carts: number;
  /** when it last put something into the cart, ms */
  at: number;
  bought: boolean;
}

/** A comparison site's latest figures, and which of its rows came lately. */
export interface TrackedAggregate {
  state: AggregateState;
  /** event time (ms) and tag of the row, oldest first */
  seen: [at: number, tag: number][];
}

/** What the shop itself reports of one SKU. */
export interface ShopState {
  activity: ShopActivity;
  warehouses: Map<string, WarehouseStock>;
  /** grows with every change of the stock */
  stockVersion: number;
  aggregates: Map<string, TrackedAggregate>;
  /** by session */
  carts: Map<number, CartPattern>;
  /** when demand is scanned next even if nothing comes, ms; Infinity = not at all */
  scanDueAt: number;
}
