import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import { shardOf } from "../../domain/base/sharding.ts";
import { inbox, skuShard } from "../../durable/stubs.ts";
import { consume } from "../../queues/consume.ts";
import { addProducts, call, observation } from "./support.ts";

const BATCH = 100;

/** Rows that a consumer batch writes into D1, and the rows of the journals of its shards. */
async function deliver(batches: { id: string; rows: unknown[] }[]) {
  let d1Rows = 0;
  const DB = new Proxy(env.DB, {
    get(target, name) {
      if (name !== "batch") return Reflect.get(target, name).bind(target);
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements);
        for (const { meta } of results) d1Rows += meta.rows_written;
        return results;
      };
    },
  });
  const messages = batches.map(({ id, rows }) => ({
    id,
    attempts: 1,
    timestamp: Date.now(),
    body: {
      ...{ type: "observations", inbox: 0, batchKey: `bill/observations/${id}`, chunk: 0, source: "bill" },
      ...{ receivedAt: Date.now(), rows: rows.map((value, row) => ({ row, value })) },
    },
  }));
  const queue = createMessageBatch("pricewright-observations", messages);
  const ctx = createExecutionContext();
  await consume(queue, { ...env, DB } as Env, ctx);
  const { explicitAcks } = await getQueueResult(queue, ctx);
  expect(explicitAcks).toEqual(batches.map(({ id }) => id));
  return d1Rows;
}

async function journalRows(shard: number): Promise<number> {
  return runInDurableObject(
    skuShard(env as unknown as Env, shard),
    (_, { storage }) => storage.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM journal").one().n,
  );
}

const skus = Array.from({ length: BATCH }, (_, i) => `BILL-${i}`);
const shards = [...new Set(skus.map((sku) => shardOf(sku, Number(env.SKU_SHARDS))))];

/** A hundred SKUs of one competitor. */
function looks(competitor: string, observedAt: number, price: (i: number) => number) {
  return skus.map((sku, i) => observation(sku, price(i), { competitor, observedAt }));
}

describe("rows written", () => {
  it("by ten batches of one consumer batch: a row a shard, and a row of D1 for each price that changed", async () => {
    await addProducts(...skus.map((sku) => ({ sku, price: 10_000 })));
    await call("POST", "/api/ingest/observations", { source: "bill", observations: [] });
    const at = Date.now() - 3_600_000;
    const competitors = Array.from({ length: 10 }, (_, i) => `rival-${i}`);
    const first = competitors.map((name) => ({ id: `first-${name}`, rows: looks(name, at, () => 100) }));
    await deliver(first);
    const before = await Promise.all(shards.map(journalRows));
    // ten of a hundred prices change, by too little for any signal
    const next = competitors.map((name) => ({
      id: `next-${name}`,
      rows: looks(name, at + 60_000, (i) => (i % 10 === 0 ? 100.5 : 100)),
    }));
    expect(await deliver(next)).toBe(competitors.length * 10);
    const after = await Promise.all(shards.map(journalRows));
    expect(after.map((rows, i) => rows - before[i]!)).toEqual(shards.map(() => 1));
    // the same again: known rows, nothing is written anywhere
    expect(await deliver(next)).toBe(0);
    expect(await Promise.all(shards.map(journalRows))).toEqual(after);
  });

  it("by the Inbox: one for a batch that is accepted, one when it is done", async () => {
    const stub = inbox(env as unknown as Env, 0);
    await runInDurableObject(stub, async (instance, { storage }) => {
      const written: number[] = [];
      const exec = storage.sql.exec.bind(storage.sql);
      Object.assign(Reflect.get(instance, "store"), {
        sql: {
          exec: (...values: Parameters<typeof exec>) => {
            const cursor = exec(...values);
            written.push(cursor.rowsWritten);
            return cursor;
          },
        },
      });
      Object.assign(instance, { env: { ...env, OBSERVATIONS: { send: async () => undefined } } });
      const head = { source: "bill", batchId: "two-rows", sha256: "aa", kind: "observations" as const };
      await instance.accept({ ...head, rows: looks("rival", Date.now(), () => 100), receivedAt: Date.now() });
      const sum = () => written.reduce((total, rows) => total + rows, 0);
      expect(sum()).toBe(1);
      const counts = { accepted: BATCH, duplicates: 0, quarantined: 0, rejected: 0 };
      instance.markDone([{ batchKey: "bill/observations/two-rows", chunk: 0, counts, problems: [] }]);
      expect(sum()).toBe(2);
    });
  });
});
