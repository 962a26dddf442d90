import {
  type AggregateRow,
  AVAILABILITIES,
  type CartPatternRow,
  type DemandRow,
  type EventRow,
  type InventoryRow,
  type ListedPrice,
  type ObservationRow,
} from "../messages/rows.ts";
import type { OurSide, QuarantineDecision, ShardSettings } from "../messages/shard.ts";

/** The columns of a taken observation in its chunk's flat list. */
const OBSERVATION_WIDTH = 7;

/** A taken day: number of the SKU, row, day, units, price, revenue, in-stock share, promo, views, carts. */
export type DemandEntry = [
  sku: number,
  row: number,
  day: string,
  units: number,
  price: number,
  revenue: number | null,
  inStockShare: number | null,
  promo: 0 | 1,
  views: number | null,
  carts: number | null,
];

/** What was taken of one chunk. `hash` stands for the chunk's id. */
export interface ChunkEntry {
  hash: number;
  source: number;
  receivedAt: number;
  competitors: string[];
  /** OBSERVATION_WIDTH numbers each */
  observations: number[];
  /** of those in another currency: row, and the price as it was asked */
  listed?: [row: number, listed: ListedPrice][];
  demand: DemandEntry[];
  /** what the shop told: number of the SKU, and the row as it was taken */
  events?: [sku: number, row: EventRow][];
  inventory?: [sku: number, row: InventoryRow][];
  aggregates?: [sku: number, row: AggregateRow][];
  carts?: [sku: number, row: CartPatternRow][];
}

/**
 * One call's effect on a shard, as its inputs: the same entries applied to the same shard in the same order
 * give the same state. What changed nothing (duplicates) is not in it.
 */
export interface JournalEntry {
  now: number;
  settings?: ShardSettings;
  /** names that got a number in this call, in order */
  skus: string[];
  sources: string[];
  ours: OurSide[];
  chunks: ChunkEntry[];
  /** decisions on quarantined rows */
  decisions?: QuarantineDecision[];
  /** numbers of SKUs whose signals were evaluated for time alone */
  due: number[];
}

export function emptyEntry(now: number): JournalEntry {
  return { now, skus: [], sources: [], ours: [], chunks: [], due: [] };
}

/** Whether the call changed nothing, so that nothing is to be stored. */
export function isEmptyEntry(entry: JournalEntry): boolean {
  return (
    entry.settings === undefined &&
    entry.skus.length === 0 &&
    entry.sources.length === 0 &&
    entry.ours.length === 0 &&
    entry.due.length === 0 &&
    entry.decisions === undefined &&
    entry.chunks.every(isEmptyChunk)
  );
}

/** A chunk of which nothing is noted yet. */
export function emptyChunk(from: Pick<ChunkEntry, "hash" | "source" | "receivedAt">): ChunkEntry {
  const { hash, source, receivedAt } = from;
  return { hash, source, receivedAt, competitors: [], observations: [], demand: [] };
}

/** Whether nothing was taken of the chunk. */
export function isEmptyChunk(chunk: ChunkEntry): boolean {
  const { observations, demand, events, inventory, aggregates, carts } = chunk;
  if (observations.length > 0 || demand.length > 0) return false;
  return !events?.length && !inventory?.length && !aggregates?.length && !carts?.length;
}

/** Notes a taken observation. */
export function noteObservation(chunk: ChunkEntry, sku: number, row: ObservationRow): void {
  let competitor = chunk.competitors.indexOf(row.competitor);
  if (competitor < 0) competitor = chunk.competitors.push(row.competitor) - 1;
  const availability = AVAILABILITIES.indexOf(row.availability);
  const extra = row.landedPrice - row.price;
  chunk.observations.push(sku, competitor, row.row, row.price, extra, availability, row.observedAt);
  if (row.listed === undefined) return;
  chunk.listed ??= [];
  chunk.listed.push([row.row, row.listed]);
}

/** The observations of a chunk's entry; `nameOf` gives the SKU of a number. */
export function* notedObservations(
  chunk: ChunkEntry,
  nameOf: (sku: number) => string,
): Generator<{ sku: number; row: ObservationRow }> {
  const { observations, competitors } = chunk;
  for (let i = 0; i < observations.length; i += OBSERVATION_WIDTH) {
    const sku = observations[i]!;
    const price = observations[i + 3]!;
    const row = {
      row: observations[i + 2]!,
      sku: nameOf(sku),
      competitor: competitors[observations[i + 1]!]!,
      price,
      landedPrice: price + observations[i + 4]!,
      availability: AVAILABILITIES[observations[i + 5]!]!,
      observedAt: observations[i + 6]!,
    };
    const listed = chunk.listed?.find(([number]) => number === row.row)?.[1];
    yield { sku, row: listed === undefined ? row : { ...row, listed } };
  }
}

/** Notes a taken day. */
export function noteDemand(chunk: ChunkEntry, sku: number, row: DemandRow): void {
  const { day, units, price, revenue, inStockShare, promo, views, carts } = row;
  chunk.demand.push([sku, row.row, day, units, price, revenue, inStockShare, promo ? 1 : 0, views, carts]);
}

/** A noted day as a row again. */
export function notedDemand(entry: DemandEntry, name: string): DemandRow {
  const [, row, day, units, price, revenue, inStockShare, promo, views, carts] = entry;
  return { row, sku: name, day, units, price, revenue, inStockShare, promo: promo === 1, views, carts };
}
