import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { Env } from "../../db/env.ts";
import type { SkuShard } from "../../durable/sku-shard.ts";
import { skuShardOf } from "../../durable/stubs.ts";
import { consume } from "../../queues/consume.ts";
import { app } from "../../worker/app.ts";
import { verify } from "./back-support.ts";
import { evict } from "./evict.ts";
import {
  addProducts,
  adminKey,
  call,
  observation,
  offersOf,
  postObservations,
  receiptOf,
} from "./support.ts";

const DEPLOYED_ANEW = { ...env, SKU_SHARDS: "256" } as unknown as Env;

async function ask(method: string, path: string, body?: unknown) {
  const request = new Request(`https://shop.test${path}`, {
    method,
    headers: { authorization: `Bearer ${await adminKey()}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await app.fetch(request, DEPLOYED_ANEW, createExecutionContext());
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("the number of shards", () => {
  it("is recorded by the first call; deployed with another, the install refuses every write and says what to do", async () => {
    await addProducts({ sku: "LAY-1" });
    await postObservations("scraper", "lay-1", [observation("LAY-1", "90.00")]);
    const { results } = await env.DB.prepare("SELECT generation, count, status FROM shard_generations").all();
    expect(results).toEqual([{ generation: 1, count: 128, status: "current" }]);

    const posted = await ask("POST", "/api/ingest/observations", {
      source: "scraper",
      observations: [observation("LAY-1", "80.00")],
    });
    expect(posted).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(posted.body.detail).toMatch(/SKU_SHARDS is 256.*in 128 shards: set SKU_SHARDS to 128.*reshard/);
    for (const [method, path] of [
      ["PUT", "/api/settings"],
      ["POST", "/api/runs"],
      ["PATCH", "/api/products/LAY-1"],
    ] as const)
      expect((await ask(method, path, {})).status, `${method} ${path}`).toBe(503);
    expect((await ask("GET", "/api/products/LAY-1/offers")).status).toBe(503);
    expect(await ask("GET", "/api/health")).toMatchObject({
      status: 200,
      body: { status: "failing", parts: { shards: { status: "failing" } } },
    });
    expect((await call("GET", "/api/health")).body).toMatchObject({
      parts: { shards: { status: "ok", detail: "128 shards" } },
    });
  });

  it("what is in the queues then waits, and is not parked", async () => {
    const body = {
      ...{ type: "observations", inbox: 0, batchKey: "scraper/observations/lay-wait", chunk: 0 },
      ...{
        source: "scraper",
        receivedAt: Date.now(),
        rows: [{ row: 0, value: observation("LAY-1", "70.00") }],
      },
    };
    const message = { id: "wait", attempts: 3, timestamp: new Date(), body };
    const queue = createMessageBatch("pricewright-observations", [message]);
    const ctx = createExecutionContext();
    await consume(queue, DEPLOYED_ANEW, ctx);
    const { retryMessages, explicitAcks } = await getQueueResult(queue, ctx);
    expect({ retried: retryMessages.map(({ msgId }) => msgId), explicitAcks }).toEqual({
      retried: ["wait"],
      explicitAcks: [],
    });
  });
});

describe("an object that has lost its storage", () => {
  it("projects again over the rows of the one before it, although it counts from 1 again", async () => {
    await addProducts({ sku: "LOST-1" });
    for (const [i, price] of ["90.00", "85.00", "80.00"].entries()) {
      const observedAt = new Date(Date.now() - 600_000 + i * 60_000).toISOString();
      await postObservations("scraper", `lost-${i}`, [observation("LOST-1", price, { observedAt })]);
    }
    const [before] = await offersOf("LOST-1");
    const shard = await skuShardOf(env as unknown as Env, "LOST-1");
    // the next object is made at least a minute later
    await runInDurableObject(shard, async (_, { storage }) => {
      await storage.deleteAll();
    });
    await evict(shard);
    await runInDurableObject(shard, (_, { storage }) => {
      const { epoch } = { epoch: Math.floor(before!.version / 2 ** 28) + 1 };
      storage.sql.exec(
        "INSERT INTO standing (id, body) VALUES (1, ?)",
        JSON.stringify({ epoch, bornAt: Date.now() }),
      );
    });
    await evict(shard);
    await env.DB.prepare("UPDATE products SET version = version + 1 WHERE sku = 'LOST-1'").run();
    await postObservations("scraper", "lost-9", [observation("LOST-1", "79.00")]);
    const [after] = await offersOf("LOST-1");
    expect(after).toMatchObject({ price: 7_900 });
    expect(after!.version).toBeGreaterThan(before!.version);
  });
});

describe("a reshard of thousands of SKUs from 128 to 256 shards, while rows come in", () => {
  const SKUS = Array.from({ length: 1_000 }, (_, i) => `MOVE-${i}`);
  const BATCH = 500;
  const start = Date.now() - 3_600_000;
  /** What D1 has to say in the end: price by SKU and competitor, minor units. */
  const offers = new Map<string, number>();

  /** Posts what a competitor asks of every SKU, and answers how many rows were taken and how many known. */
  async function crawl(id: string, competitor: string, minute: number) {
    const counts = { accepted: 0, duplicates: 0 };
    for (let from = 0; from < SKUS.length; from += BATCH) {
      const rows = SKUS.slice(from, from + BATCH).map((sku, i) => {
        const price = 8_000 + ((from + i) % 50) + minute;
        offers.set(`${sku} ${competitor}`, price);
        const observedAt = new Date(start + minute * 60_000).toISOString();
        return observation(sku, (price / 100).toFixed(2), { competitor, observedAt });
      });
      const receipt = await postObservations("mover", `${id}-${from}`, rows);
      counts.accepted += receipt.accepted;
      counts.duplicates += receipt.duplicates;
    }
    return counts;
  }

  async function sell(batchId: string) {
    const at = new Date(start).toISOString();
    const events = SKUS.slice(0, BATCH).map((sku, i) => {
      const event = { id: `sold-${i}`, sku, type: "purchase", at, quantity: 1 + (i % 3), price: "100.00" };
      return { ...event, sessionId: `visitor-${i}` };
    });
    await call("POST", "/api/ingest/events", { source: "shop", batchId, events });
    return receiptOf(batchId, "done", "shop");
  }

  const total = async (query: string) => (await env.DB.prepare(query).first<{ n: number }>())?.n;

  it("loses nothing, counts nothing twice, and leaves the former shards empty", {
    timeout: 300_000,
  }, async () => {
    for (let from = 0; from < SKUS.length; from += BATCH)
      await addProducts(...SKUS.slice(from, from + BATCH).map((sku) => ({ sku })));
    expect(await crawl("first", "acme", 1)).toEqual({ accepted: SKUS.length, duplicates: 0 });
    expect(await sell("sold")).toMatchObject({ accepted: BATCH });

    const started = await call<{ runId: string }>("POST", "/api/runs", { kind: "reshard", shards: 256 });
    expect(started.status).toBe(202);
    const meanwhile = [await crawl("second", "acme", 2), await crawl("third", "bolt", 3)];
    const run = await vi.waitUntil(
      async () => {
        const { body } = await call<{ status: string }>("GET", `/api/runs/${started.body.runId}`);
        return ["done", "partial", "failed"].includes(body.status) ? body : null;
      },
      { timeout: 240_000, interval: 200 },
    );
    expect(run).toMatchObject({ status: "done", failures: [] });
    for (const counts of meanwhile) expect(counts).toEqual({ accepted: SKUS.length, duplicates: 0 });

    // every row once more: it is known where its SKU lives now
    expect(await crawl("again", "acme", 2)).toEqual({ accepted: 0, duplicates: SKUS.length });
    expect(await sell("sold-again")).toMatchObject({ accepted: 0, duplicates: BATCH });
    const { results } = await env.DB.prepare(
      "SELECT sku || ' ' || competitor AS name, price FROM offers WHERE sku LIKE 'MOVE-%'",
    ).all<{ name: string; price: number }>();
    expect(new Map(results.map(({ name, price }) => [name, price]))).toEqual(offers);
    const sold = SKUS.slice(0, BATCH).reduce((sum, _, i) => sum + 1 + (i % 3), 0);
    expect(await total("SELECT sum(units) AS n FROM demand_days WHERE sku LIKE 'MOVE-%'")).toBe(sold);
    expect(await total("SELECT count AS n FROM shard_generations WHERE status = 'current'")).toBe(256);
    const former = env.SKU_SHARD as unknown as DurableObjectNamespace<SkuShard>;
    for (let shard = 0; shard < 128; shard++) {
      const stub = former.get(former.idFromName(`shard-${shard}`));
      expect(await runInDurableObject(stub, (_, { storage }) => skusIn(storage)), `shard-${shard}`).toBe(0);
    }
    expect((await verify()).firstBad?.chain).toBeUndefined();
  });
});

function skusIn({ sql }: DurableObjectStorage): number {
  return Number(sql.exec("SELECT count(*) AS n FROM sku_groups").one().n);
}
