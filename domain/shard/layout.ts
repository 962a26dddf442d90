import { stringHash } from "../base/sharding.ts";

/** One set of SKU shards. A reshard makes the next one, with another number of them. */
export interface ShardGeneration {
  /** 1 for the first */
  generation: number;
  /** how many shards it has */
  count: number;
}

/** Which objects hold the SKUs. */
export interface ShardLayout {
  current: ShardGeneration;
  /** a reshard that is on: the generation to come, and the shards of the current one whose SKUs are there already */
  next: (ShardGeneration & { moved: ReadonlySet<number> }) | null;
}

/** Shards that one generation may have. */
export const SHARDS_MAX = 4_096;

/**
 * A number for each shard of every generation; those of the first have their own index.
 *
 * @example
 * shardAddress({ generation: 1 }, 39) // 39
 * shardAddress({ generation: 2 }, 39) // 4135
 */
export function shardAddress({ generation }: Pick<ShardGeneration, "generation">, index: number): number {
  return (generation - 1) * SHARDS_MAX + index;
}

/** The name of the object at an address. */
export function shardName(address: number): string {
  const generation = Math.floor(address / SHARDS_MAX) + 1;
  const index = address % SHARDS_MAX;
  return generation === 1 ? `shard-${index}` : `shard-${generation}-${index}`;
}

/** The address of the shard that holds a SKU. */
export function addressOf(sku: string, { current, next }: ShardLayout): number {
  const hash = stringHash(sku);
  const from = hash % current.count;
  return next?.moved.has(from) ? shardAddress(next, hash % next.count) : shardAddress(current, from);
}

/** The addresses of all shards that may hold SKUs, in order. */
export function allAddresses({ current, next }: ShardLayout): number[] {
  const present = indexes(current).filter((index) => !next?.moved.has(index));
  return [
    ...present.map((index) => shardAddress(current, index)),
    ...(next === null || next.moved.size === 0
      ? []
      : indexes(next).map((index) => shardAddress(next, index))),
  ];
}

/** The addresses of the shards that hold these SKUs; of null: all. */
export function addressesOf(skus: readonly string[] | null, layout: ShardLayout): number[] {
  return skus === null ? allAddresses(layout) : [...new Set(skus.map((sku) => addressOf(sku, layout)))];
}

/**
 * The shards of a generation of `to` that a shard of one of `from` may hand SKUs to: two remainders of one hash agree in
 * those of their greatest common divisor.
 *
 * @example
 * feeds(3, 128, 256) // [3, 131]
 * feeds(1, 2, 3) // [0, 1, 2]
 */
export function feeds(index: number, from: number, to: number): number[] {
  const common = greatestCommonDivisor(from, to);
  return Array.from({ length: to }, (_, one) => one).filter((one) => one % common === index % common);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function indexes({ count }: ShardGeneration): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
