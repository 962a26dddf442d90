import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import { skuShardOf } from "../../durable/stubs.ts";
import { consume } from "../../queues/consume.ts";
import { app } from "../../worker/app.ts";
import { evict } from "./evict.ts";
import { addProducts, adminKey, call, observation, offersOf, postObservations } from "./support.ts";

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
