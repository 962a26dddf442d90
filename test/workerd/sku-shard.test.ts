import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { ObservationRow } from "../../domain/messages/rows.ts";
import type { ShardCall, ShardChunk, ShardProduct } from "../../domain/messages/shard.ts";
import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import { takeCall } from "../../domain/shard/take-call.ts";
import { FOLD_CALLS_MIN, GROUP_SKUS, ShardStorage } from "../../durable/sku-shard/storage.ts";
import type { SkuShard } from "../../durable/sku-shard.ts";

const SETTINGS = DEFAULT_SETTINGS.signals;

function shardNamed(name: string): DurableObjectStub<SkuShard> {
  const namespace = env.SKU_SHARD as unknown as DurableObjectNamespace<SkuShard>;
  return namespace.get(namespace.idFromName(name));
}

function shardProduct(sku: string, change: Partial<ShardProduct> = {}): ShardProduct {
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

function seen(sku: string, price: number, observedAt: number, row = 0): ObservationRow {
  return { row, sku, competitor: "alpha", price, landedPrice: price, availability: "in_stock", observedAt };
}

function chunk(chunkId: string, rows: ObservationRow[]): ShardChunk {
  return { kind: "observations", chunkId, source: "crawler", receivedAt: Date.now(), rows };
}

function callOf(chunks: ShardChunk[], change: Partial<ShardCall> = {}): ShardCall {
  const named = new Set(chunks.flatMap((one) => one.rows.map((row) => row.sku)));
  return {
    now: Date.now(),
    settings: SETTINGS,
    products: [...named].map((sku) => shardProduct(sku)),
    chunks,
    ...change,
  };
}

describe("the number of rows written", () => {
  test("is one per call, and one per group of SKUs at every fold", async () => {
    const calls = 2 * FOLD_CALLS_MIN;
    const written = await runInDurableObject(shardNamed("billed"), (_, state) => {
      const storage = new ShardStorage(state.storage);
      const shard = storage.load();
      const now = Date.now();
      for (let i = 0; i < calls; i++) {
        const rows = Array.from({ length: 40 }, (_, row) =>
          seen(`B-${row}`, 9000 + (i % 3), now - (calls - i) * 1000, row),
        );
        const { entry, touched } = takeCall(shard, callOf([chunk(`crawler/b${i}#0`, rows)], { now }));
        if (entry) storage.commit(shard, entry, touched);
      }
      return storage.rowsWritten;
    });
    const groups = Math.ceil(40 / GROUP_SKUS);
    expect(written).toBe(calls - 2 + 2 * (groups + 1));
  });

  test("grows less with long histories, which are folded less often", async () => {
    const folds = await runInDurableObject(shardNamed("long"), (_, state) => {
      const storage = new ShardStorage(state.storage);
      const shard = storage.load();
      const now = Date.now();
      const take = (id: string, rows: ObservationRow[]) => {
        const { entry, touched } = takeCall(shard, callOf([chunk(id, rows)], { now }));
        if (entry) storage.commit(shard, entry, touched);
      };
      const long = Array.from({ length: 60_000 }, (_, row) => ({
        ...seen("B-1", 9000, now - row * 60_000, row),
        competitor: `c-${row % 60}`,
      }));
      take("crawler/long#0", long);
      const foldedSeq = () =>
        JSON.parse(String(state.storage.sql.exec("SELECT body FROM summary").one().body)).foldedSeq;
      const before = foldedSeq();
      for (let i = 0; i < 2 * FOLD_CALLS_MIN; i++) take(`crawler/b${i}#0`, [seen("B-1", 9000 + i, now + i)]);
      return [before, foldedSeq()];
    });
    expect(folds).toEqual([1, 1]);
  });

  test("is none for rows that were taken before", async () => {
    const written = await runInDurableObject(shardNamed("billed-again"), (_, state) => {
      const storage = new ShardStorage(state.storage);
      const shard = storage.load();
      const now = Date.now();
      for (const id of ["crawler/a#0", "crawler/a#0", "feed/a#0"]) {
        const { entry, touched } = takeCall(shard, callOf([chunk(id, [seen("B-1", 9000, now)])], { now }));
        if (entry) storage.commit(shard, entry, touched);
      }
      return storage.rowsWritten;
    });
    expect(written).toBe(1);
  });
});
