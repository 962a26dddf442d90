import type { ShardState } from "./shard.ts";
import type { SkuState } from "./state.ts";

/** What a shard's state may take of its object's memory, bytes: half of what the platform gives it. */
export const SHARD_BYTES_MAX = 64_000_000;

/** Bytes of what a SKU is made of, as measured by `npm run bench:memory`. */
const BYTES = {
  sku: 2_000,
  competitor: 1_800,
  observation: 16,
  level: 58,
  day: 53,
  signal: 600,
  event: 120,
  held: 300,
};

/** What a SKU takes in memory, bytes, by what it holds. */
function memoryOf({ competitors, demand, signals, shop }: SkuState): number {
  let bytes = BYTES.sku + demand.sizeInMemory * BYTES.day + signals.length * BYTES.signal;
  bytes += (shop?.activity.ids.size ?? 0) * BYTES.event;
  for (const { history, quarantine } of competitors.values())
    bytes +=
      BYTES.competitor +
      history.times.length * BYTES.observation +
      (history.levels.length + history.shed.length) * BYTES.level +
      quarantine.length * BYTES.held;
  return bytes;
}

/** What a shard's SKUs take in memory, bytes: an estimate. */
export function shardMemory({ skus }: ShardState): number {
  return skus.reduce((bytes, sku) => bytes + memoryOf(sku), 0);
}
