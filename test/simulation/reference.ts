import type {
  DemandDayState,
  OfferState,
  ShardCall,
  ShardChunk,
  SignalState,
  SkuPresent,
} from "../../domain/messages/shard.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";
import { emptyShard, type ShardState } from "../../domain/sku/shard.ts";
import { takeCall } from "../../domain/sku/take-call.ts";

/** All that was ever to be told, by what it is about and then by version. */
export interface Told {
  offers: Map<string, Map<number, OfferState>>;
  signals: Map<string, Map<number, SignalState>>;
  days: Map<string, Map<number, DemandDayState>>;
}

/**
 * The same without a platform: each SKU alone, each row once only, in the order and at the instants at which they first
 * came. Nothing fails here, nothing comes twice, nothing is concurrent, and nothing is ever loaded from a disk.
 */
export class Reference {
  readonly told: Told = { offers: new Map(), signals: new Map(), days: new Map() };
  /** what became of each row, by `source/batchId row` */
  readonly verdicts = new Map<string, RowVerdict>();
  readonly skus = new Map<string, ShardState>();

  /** Takes what a call has of each SKU; rows that came before are left out. */
  take(call: ShardCall): void {
    const named = call.chunks.flatMap((chunk) => chunk.rows.map(({ sku }) => sku));
    const skus = new Set([...named, ...call.ours.map(({ sku }) => sku), ...(call.refresh ?? [])]);
    const seen = new Set<string>();
    const chunks = call.chunks.map((chunk) => this.#new(chunk, seen));
    for (const sku of skus) this.#takeSku(sku, call, chunks);
  }

  #takeSku(sku: string, call: ShardCall, chunks: readonly ShardChunk[]): void {
    const { now, settings } = call;
    const ours = call.ours.filter((side) => side.sku === sku);
    const own = chunks.map((chunk) => onlyOf(chunk, sku)).filter(({ rows }) => rows.length > 0);
    this.#call(sku, { now, settings, ours, chunks: own, refresh: [sku] });
  }

  #call(sku: string, call: ShardCall): void {
    let shard = this.skus.get(sku);
    if (shard === undefined) {
      shard = emptyShard();
      this.skus.set(sku, shard);
    }
    const { answer } = takeCall(shard, call);
    for (const { chunkId, verdicts } of answer.verdicts)
      for (const verdict of verdicts) this.verdicts.set(rowKey(chunkId, verdict.row), verdict);
    // cloned: what was told stays as it was
    for (const present of structuredClone(answer.skus)) this.#note(present);
  }

  #note({ sku, offers, signals, demandDays }: SkuPresent): void {
    for (const offer of offers) note(this.told.offers, `${sku} ${offer.competitor}`, offer);
    for (const signal of signals) note(this.told.signals, signal.id, signal);
    for (const day of demandDays) note(this.told.days, `${sku} ${day.day}`, day);
  }

  /** The rows of a chunk that never came before, nor earlier in this call. */
  #new(chunk: ShardChunk, seen: Set<string>): ShardChunk {
    const isNew = ({ row }: { row: number }) => {
      const key = rowKey(chunk.chunkId, row);
      if (this.verdicts.has(key) || seen.has(key)) return false;
      seen.add(key);
      return true;
    };
    return { ...chunk, rows: (chunk.rows as { row: number }[]).filter(isNew) } as ShardChunk;
  }
}

/** The key of a row: a chunk's id is its batch's and a number. */
export function rowKey(chunkId: string, row: number): string {
  return `${chunkId.slice(0, chunkId.lastIndexOf("#"))} ${row}`;
}

function onlyOf(chunk: ShardChunk, sku: string): ShardChunk {
  const rows = (chunk.rows as { sku: string }[]).filter((row) => row.sku === sku);
  return { ...chunk, rows } as ShardChunk;
}

function note<T extends { version: number }>(told: Map<string, Map<number, T>>, key: string, state: T): void {
  const versions = told.get(key) ?? new Map<number, T>();
  told.set(key, versions.set(state.version, state));
}
