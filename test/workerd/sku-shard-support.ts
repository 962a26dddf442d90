import { env } from "cloudflare:workers";
import type { ObservationRow } from "../../domain/messages/rows.ts";
import type { ShardCall, ShardChunk, ShardProduct } from "../../domain/messages/shard.ts";
import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import type { SkuShard } from "../../durable/sku-shard.ts";

const SETTINGS = DEFAULT_SETTINGS.signals;

/** The object of this name; every test takes its own. */
export function shardNamed(name: string): DurableObjectStub<SkuShard> {
  const namespace = env.SKU_SHARD as unknown as DurableObjectNamespace<SkuShard>;
  return namespace.get(namespace.idFromName(name));
}

export function shardProduct(sku: string, change: Partial<ShardProduct> = {}): ShardProduct {
  const side = {
    title: sku,
    currency: "EUR",
    price: 10_000,
    active: true,
    stock: null,
    sensitivity: null,
    version: 1,
  };
  return { sku, ...side, ...change };
}

export function seen(sku: string, price: number, observedAt: number, row = 0): ObservationRow {
  return { row, sku, competitor: "alpha", price, landedPrice: price, availability: "in_stock", observedAt };
}

export function chunk(chunkId: string, rows: ObservationRow[]): ShardChunk {
  return { kind: "observations", chunkId, source: "crawler", receivedAt: Date.now(), rows };
}

export function callOf(chunks: ShardChunk[], change: Partial<ShardCall> = {}): ShardCall {
  const named = new Set(chunks.flatMap((one) => one.rows.map((row) => row.sku)));
  return {
    now: Date.now(),
    settings: SETTINGS,
    products: [...named].map((sku) => shardProduct(sku)),
    chunks,
    ...change,
  };
}
