import { mix } from "../../domain/base/keyed-random.ts";
import { stringHash } from "../../domain/base/sharding.ts";
import type {
  AggregateState,
  DemandDayState,
  OfferState,
  QuarantinedObservation,
  SignalState,
  SkuPresent,
  WarehouseLevel,
} from "../../domain/messages/present.ts";
import type { ShardCall, ShardChunk } from "../../domain/messages/shard.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";
import {
  emptySession,
  type SessionOutcome,
  type SessionState,
  takeVisit,
} from "../../domain/shard/demand/visitor.ts";
import { emptyShard, type ShardState } from "../../domain/shard/shard.ts";
import { takeCall } from "../../domain/shard/take-call.ts";
import type { VisitCall } from "../../services/ports.ts";

/** Every state that was ever due for projection, by what it is about and then by version. */
export interface Projected {
  offers: Map<string, Map<number, OfferState>>;
  signals: Map<string, Map<number, SignalState>>;
  days: Map<string, Map<number, DemandDayState>>;
  stock: Map<string, Map<number, WarehouseLevel>>;
  aggregates: Map<string, Map<number, AggregateState>>;
  quarantine: Map<string, Map<number, QuarantinedObservation>>;
}

/**
 * The same without a platform: each SKU alone and each row once, in the order and at the instants in which they first
 * came. Nothing fails, repeats, runs at the same time or is loaded from a disk.
 */
export class Reference {
  readonly projected: Projected = {
    offers: new Map(),
    signals: new Map(),
    days: new Map(),
    stock: new Map(),
    aggregates: new Map(),
    quarantine: new Map(),
  };
  /** what became of each row, by `source/batchId row` */
  readonly verdicts = new Map<string, RowVerdict>();
  readonly skus = new Map<string, ShardState>();
  readonly sessions = new Map<number, SessionState>();
  readonly #visited = new Set<string>();
  /** calls taken so far */
  #calls = 0;
  #visits = 0;

  /** Takes what was committed since the last time. */
  catchUp({
    committed,
    visits,
  }: {
    committed: readonly { call: ShardCall }[];
    visits: readonly VisitCall[];
  }) {
    for (; this.#calls < committed.length; this.#calls++) this.take(committed[this.#calls]!.call);
    for (; this.#visits < visits.length; this.#visits++) this.visit(visits[this.#visits]!);
  }

  /** Takes what a call has of each SKU; rows that came before are left out. */
  take(call: ShardCall): void {
    const named = call.chunks.flatMap((chunk) => chunk.rows.map(({ sku }) => sku));
    const others = [...call.products, ...(call.decisions ?? []), ...(call.absences ?? [])].map(
      ({ sku }) => sku,
    );
    const skus = new Set([...named, ...others, ...(call.refresh ?? [])]);
    const seen = new Set<string>();
    const chunks = call.chunks.map((chunk) => this.#new(chunk, seen));
    for (const sku of skus) this.#takeSku(sku, call, chunks);
  }

  /** Takes what a call has of each session. */
  visit(call: VisitCall): void {
    for (const { chunkId, receivedAt, rows } of call.chunks)
      for (const row of rows) {
        const key = rowKey(chunkId, row.row);
        if (this.#visited.has(key)) continue;
        this.#visited.add(key);
        const session = this.sessions.get(row.visitor) ?? emptySession(row.at);
        const outcome = takeVisit(session, row, mix(stringHash(chunkId), row.row), { ...call, receivedAt });
        if (outcome === "taken") this.sessions.set(row.visitor, session);
        if (row.sku === "") this.verdicts.set(key, { row: row.row, verdict: VERDICTS[outcome] });
      }
  }

  #takeSku(sku: string, call: ShardCall, chunks: readonly ShardChunk[]): void {
    const { now, settings } = call;
    const products = call.products.filter((side) => side.sku === sku);
    const own = chunks.map((chunk) => onlyOf(chunk, sku)).filter(({ rows }) => rows.length > 0);
    const decisions = (call.decisions ?? []).filter((one) => one.sku === sku);
    const absences = (call.absences ?? []).filter((one) => one.sku === sku);
    this.#call(sku, { now, settings, products, chunks: own, decisions, absences, refresh: [sku] });
  }

  #call(sku: string, call: ShardCall): void {
    let shard = this.skus.get(sku);
    if (shard === undefined) {
      shard = emptyShard();
      this.skus.set(sku, shard);
    }
    const { answer } = takeCall(shard, call);
    // carts are reported by our sessions, so their verdicts are on no receipt
    for (const [i, { chunkId, verdicts }] of answer.verdicts.entries())
      if (call.chunks[i]?.kind !== "carts")
        for (const verdict of verdicts) this.verdicts.set(rowKey(chunkId, verdict.row), verdict);
    // cloned, since the state changes later
    for (const present of structuredClone(answer.skus)) this.#note(present);
  }

  #note({ sku, offers, signals, demandDays, stock, aggregates, quarantine }: SkuPresent): void {
    for (const offer of offers) note(this.projected.offers, `${sku} ${offer.competitor}`, offer);
    for (const signal of signals) note(this.projected.signals, signal.id, signal);
    for (const day of demandDays) note(this.projected.days, `${sku} ${day.day}`, day);
    for (const level of stock?.warehouses ?? [])
      note(this.projected.stock, `${sku} ${level.warehouse}`, level);
    for (const one of aggregates ?? []) note(this.projected.aggregates, `${sku} ${one.aggregator}`, one);
    for (const one of quarantine ?? []) note(this.projected.quarantine, one.id, one);
  }

  /** The rows of a chunk that came neither before nor earlier in this call. */
  #new(chunk: ShardChunk, seen: Set<string>): ShardChunk {
    if (chunk.kind === "carts") return chunk;
    const isNew = ({ row }: { row: number }) => {
      const key = rowKey(chunk.chunkId, row);
      if (this.verdicts.has(key) || seen.has(key)) return false;
      seen.add(key);
      return true;
    };
    return { ...chunk, rows: (chunk.rows as { row: number }[]).filter(isNew) } as ShardChunk;
  }
}

const VERDICTS: Record<SessionOutcome, RowVerdict["verdict"]> = {
  taken: "accepted",
  again: "accepted",
  duplicate: "duplicate",
  too_late: "rejected",
};

/** The key of a row: a chunk's id is its batch's and a number. */
export function rowKey(chunkId: string, row: number): string {
  return `${chunkId.slice(0, chunkId.lastIndexOf("#"))} ${row}`;
}

function onlyOf(chunk: ShardChunk, sku: string): ShardChunk {
  const rows = (chunk.rows as { sku: string }[]).filter((row) => row.sku === sku);
  return { ...chunk, rows } as ShardChunk;
}

function note<T extends { version: number }>(
  noted: Map<string, Map<number, T>>,
  key: string,
  state: T,
): void {
  const versions = noted.get(key) ?? new Map<number, T>();
  noted.set(key, versions.set(state.version, state));
}
