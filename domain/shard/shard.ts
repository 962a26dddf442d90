import type { ShardSettings } from "../messages/shard.ts";
import { SOURCES_MAX } from "./competitors/history.ts";
import { announceAgainAt, emptySku, type SkuState } from "./state.ts";

/** All SKUs of one shard, numbered in the order in which they first came. */
export interface ShardState {
  skus: SkuState[];
  numbers: Map<string, number>;
  /** dictionary of source names; observations carry the index */
  sources: string[];
  sourceNumbers: Map<string, number>;
  /** as of the last call that changed them; also used for what is due by time */
  settings: ShardSettings | null;
}

export function emptyShard(): ShardState {
  return { skus: [], numbers: new Map(), sources: [], sourceNumbers: new Map(), settings: null };
}

/** Adds a SKU that the shard does not have yet. Answers its number. */
export function addSku(shard: ShardState, sku: SkuState): number {
  const number = shard.skus.push(sku) - 1;
  shard.numbers.set(sku.sku, number);
  return number;
}

/** The number of a SKU, which is added if it is new. */
export function skuNumber(shard: ShardState, sku: string): number {
  return shard.numbers.get(sku) ?? addSku(shard, emptySku(sku));
}

/** Adds a source that the shard does not have yet. Answers its number. */
export function addSource(shard: ShardState, source: string): number {
  if (shard.sources.length >= SOURCES_MAX)
    throw new RangeError(`a shard knows at most ${SOURCES_MAX} sources`);
  const number = shard.sources.push(source) - 1;
  shard.sourceNumbers.set(source, number);
  return number;
}

/**
 * When the first of these SKUs (default: all) is due or has to be announced again, ms; Infinity = never.
 */
export function shardDueAt({ skus }: ShardState, numbers?: Iterable<number>): number {
  let due = Number.POSITIVE_INFINITY;
  const look = (sku: SkuState) => {
    due = Math.min(due, sku.dueAt, announceAgainAt(sku));
  };
  if (numbers === undefined) skus.forEach(look);
  else for (const number of numbers) look(skus[number]!);
  return due;
}

/** The SKUs that are due, or whose last change is not known to be projected. */
export function dueSkus(shard: ShardState, now: number): string[] {
  return shard.skus.filter((sku) => Math.min(sku.dueAt, announceAgainAt(sku)) <= now).map((sku) => sku.sku);
}
