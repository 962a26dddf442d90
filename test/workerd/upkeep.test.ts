import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Env } from "../../db/env.ts";
import { skuShardOf } from "../../durable/stubs.ts";
import { forgetLayout } from "../../services/shards/layout.ts";
import { holdScheduledRuns, importProducts, productRow, tick } from "./back-support.ts";
import { evict } from "./evict.ts";
import { call, observation, offersOf, postObservations, receiptOf } from "./support.ts";

const ENV = env as unknown as Env;
const SKUS = ["UP-1", "UP-2", "UP-3", "UP-4"];
const PROJECTED = ["offers", "stock", "demand_days", "aggregates", "quarantine", "signals"];

interface Run {
  status: string;
  counts: Record<string, unknown>;
  failures: unknown[];
}

/** Starts a run over the shards and waits for its end. */
async function upkeep(kind: string, more: object = {}): Promise<Run> {
  const { status, body } = await call<{ runId: string }>("POST", "/api/runs", { kind, ...more });
  expect(status, JSON.stringify(body)).toBe(202);
  const run = await vi.waitUntil(
    async () => {
      const { body: found } = await call<Run>("GET", `/api/runs/${body.runId}`);
      return ["done", "partial", "failed"].includes(found.status) ? found : null;
    },
    { timeout: 80_000, interval: 100 },
  );
  expect(run, JSON.stringify(run)).toMatchObject({ status: "done", failures: [] });
  return run;
}

async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all<
    Record<string, unknown>
  >();
  return results;
}

/** What D1 says of the market and the shop, without versions: they only ever grow. */
async function projected(): Promise<Record<string, Record<string, unknown>[]>> {
  const tables = await Promise.all(
    PROJECTED.map(async (table) => {
      const rows = await rowsOf(table);
      return [table, rows.map(({ version: _, ...row }) => row)] as const;
    }),
  );
  return Object.fromEntries(tables);
}

async function postInventory(batchId: string, events: object[]): Promise<void> {
  await call("POST", "/api/ingest/inventory", { source: "shop", batchId, events });
  await receiptOf(batchId, "done", "shop");
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

beforeAll(async () => {
  // eight shards, reached from the number that the Worker is deployed with: a run over them is then short
  await env.DB.prepare(
    "INSERT INTO shard_generations (generation, count, status, created_at) VALUES (1, 128, 'former', 0), (2, 8, 'current', 0)",
  ).run();
  await holdScheduledRuns();
  await importProducts(SKUS.map((sku) => productRow(sku, { price: "100.00" })));
  for (const [i, competitor] of ["acme", "bolt"].entries())
    await postObservations(
      "scraper",
      `up-${competitor}`,
      SKUS.map((sku) => observation(sku, 80 + i, { competitor, observedAt: minutesAgo(30 - i) })),
    );
  await postInventory("up-stock", [
    { id: "s-1", sku: "UP-1", warehouse: "north", type: "snapshot", quantity: 40, at: minutesAgo(20) },
    { id: "s-2", sku: "UP-1", warehouse: "north", type: "sale", quantity: 3, at: minutesAgo(10) },
  ]);
  await call("POST", "/api/ingest/demand", {
    source: "shop",
    batchId: "up-demand",
    rows: [{ sku: "UP-2", day: "2026-01-05", units: 7, price: "100.00" }],
  });
  await receiptOf("up-demand", "done", "shop");
});

describe("a reproject", () => {
  it("writes the tables again from the shards, and touches nothing that they do not know", async () => {
    const before = await projected();
    await env.DB.batch(
      [
        "DELETE FROM offers WHERE sku = 'UP-1'",
        "UPDATE offers SET price = 1 WHERE sku = 'UP-2'",
        "DELETE FROM stock",
        "DELETE FROM demand_days",
        "UPDATE signals SET status = 'resolved', resolved_at = 1 WHERE sku = 'UP-3'",
        "DELETE FROM signals WHERE sku = 'UP-4'",
      ].map((sql) => env.DB.prepare(sql)),
    );
    expect(await projected()).not.toEqual(before);
    await upkeep("reproject");
    expect(await projected()).toEqual(before);
  });

  it("needs the right of an administrator", async () => {
    const { body } = await call<{ key: string }>("POST", "/api/keys", { name: "writer", scopes: ["write"] });
    const answer = await call(
      "POST",
      "/api/runs",
      { kind: "reproject" },
      { authorization: `Bearer ${body.key}` },
    );
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });
});

describe("a restore", () => {
  it("of D1 set back: the market is as it was, our lost price is named, and the chains hold from where they are", async () => {
    await tick();
    const chains = ["price_ledger", "audit", "audit_instants", "audit_skus"];
    const tables = ["products", ...chains, "offers", "signals", "stock", "outbox"];
    const copy = new Map(
      await Promise.all(tables.map(async (table) => [table, await rowsOf(table)] as const)),
    );
    // an hour in which a price is set and the market moves
    const set = await call("PUT", "/api/products/UP-1/price", { price: "97.00", reason: "for the test" });
    expect(set.status, JSON.stringify(set.body)).toBe(200);
    await vi.waitUntil(async () => (await rowsOf("outbox")).length === 0, { timeout: 20_000, interval: 50 });
    await postObservations("scraper", "up-late", [observation("UP-2", "70.00", { competitor: "acme" })]);
    const before = await projected();
    await tick();
    // the database is put back to the copy
    for (const [table, rows] of copy) {
      await env.DB.prepare(`DELETE FROM ${table}`).run();
      for (const row of rows) {
        const names = Object.keys(row);
        await env.DB.prepare(
          `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
        )
          .bind(...names.map((name) => row[name]))
          .run();
      }
    }
    expect((await call("GET", "/api/audit/verify")).body).toMatchObject({ ok: false });

    const run = await upkeep("restore");
    expect(run.counts).toMatchObject({
      productsBehind: 1,
      lostPrices: 1,
      lost: [{ sku: "UP-1", lost: 9_700, inForce: 10_000 }],
      lostLedgerEntries: 1,
    });
    await vi.waitUntil(async () => (await rowsOf("outbox")).length === 0, { timeout: 20_000, interval: 50 });
    const after = await projected();
    for (const table of ["offers", "stock", "demand_days"])
      expect(after[table], table).toEqual(before[table]);
    expect((await call("GET", "/api/audit/verify")).body.firstBad).toBeUndefined();
    const { results } = await env.DB.prepare(
      "SELECT detail FROM audit WHERE action = 'chains.reanchor'",
    ).all();
    expect(JSON.parse(String(results[0]?.detail))).toMatchObject({ lostLedgerEntries: 1 });
    await tick();
    expect((await call("GET", "/api/audit/verify?full=true")).body.firstBad).toBeUndefined();
    // what is said of our price from now on reaches the shard again
    await call("PUT", "/api/products/UP-1/price", { price: "96.00", reason: "again" });
    const shard = await skuShardOf(ENV, "UP-1");
    await vi.waitUntil(
      async () => (await shard.page(0)).products.find(({ sku }) => sku === "UP-1")?.price === 9_600,
      { timeout: 20_000, interval: 50 },
    );
  });

  it("of an object that lost its storage: offers, stock and demand come back, once", async () => {
    const before = await projected();
    const shard = await skuShardOf(ENV, "UP-1");
    await runInDurableObject(shard, (_, { storage }) => storage.deleteAll());
    await evict(shard);
    // the object after it is made at least a minute later
    const later = Date.now() + 120_000;
    await runInDurableObject(shard, (_, { storage }) => {
      const body = JSON.stringify({ epoch: 0, bornAt: later });
      storage.sql.exec("INSERT INTO standing (id, body) VALUES (1, ?)", body);
    });
    await evict(shard);
    await upkeep("restore");
    const units = (rows: Record<string, unknown>[] = []) => rows.map(({ sku, units }) => [sku, units]);
    await vi.waitUntil(
      async () => {
        const after = await projected();
        return JSON.stringify(units(after.stock)) === JSON.stringify(units(before.stock));
      },
      { timeout: 30_000, interval: 100 },
    );
    const prices = (rows: Record<string, unknown>[] = []) =>
      rows.map(({ sku, competitor, price }) => [sku, competitor, price]);
    const after = await projected();
    expect(prices(after.offers)).toEqual(prices(before.offers));
    expect(units(after.demand_days)).toEqual(units(before.demand_days));
    // a chunk whose message met the object in the making is sent again by its Inbox
    await vi.waitUntil(
      async () => {
        const { body } = await call("GET", "/api/ingest/batches/up-stock?source=shop");
        return body.status === "done" && body.accepted === 2;
      },
      { timeout: 75_000, interval: 500 },
    );
  });
});

describe("a reshard", () => {
  it("moves every SKU with all that is known of it, while rows come in", async () => {
    const before = await projected();
    const same = await call("POST", "/api/runs", { kind: "reshard", shards: 8 });
    expect(same).toMatchObject({ status: 422, body: { errors: [{ path: "shards" }] } });
    const posts = (async () => {
      for (let i = 0; i < 8; i++)
        await postObservations("scraper", `up-meanwhile-${i}`, [
          observation("UP-3", 60 + i, { competitor: "crux", observedAt: minutesAgo(8 - i) }),
        ]);
    })();
    await Promise.all([upkeep("reshard", { shards: 128 }), posts]);
    const { results } = await env.DB.prepare(
      "SELECT count, status FROM shard_generations ORDER BY generation",
    ).all();
    expect(results).toEqual([
      { count: 128, status: "former" },
      { count: 8, status: "former" },
      { count: 128, status: "current" },
    ]);
    const after = await projected();
    const others = (rows: Record<string, unknown>[] = []) =>
      rows.filter(({ competitor }) => competitor !== "crux");
    expect(others(after.offers)).toEqual(others(before.offers));
    // the level that the restore gave back may be projected only now, dated a millisecond later
    const levels = (rows: Record<string, unknown>[] = []) => rows.map(({ at: _, ...row }) => row);
    expect(levels(after.stock)).toEqual(levels(before.stock));
    expect((await offersOf("UP-3")).find(({ competitor }) => competitor === "crux")).toMatchObject({
      price: 6_700,
    });
    // the same row again is known where it lives now
    expect(
      await postObservations("other", "up-again", [
        observation("UP-3", 67, { competitor: "crux", observedAt: minutesAgo(1) }),
      ]),
    ).toMatchObject({ received: 1 });
    const history = await call<{ items: unknown[] }>("GET", "/api/products/UP-3/trend?window=1h");
    expect(history.body.items.length).toBeGreaterThan(0);
    expect((await call("GET", "/api/health")).body).toMatchObject({
      parts: { shards: { detail: "128 shards" } },
    });
  });

  it("that the database knows nothing of any more is noted again, and then a restore goes through", async () => {
    const before = await projected();
    const { generation } = (await rowsOf("shard_generations")).at(-1)!;
    const putBack = env.DB.prepare("UPDATE shard_generations SET status = ?2 WHERE generation = ?1");
    const forgotten = env.DB.prepare("DELETE FROM shard_generations WHERE generation = ?1");
    await env.DB.batch([forgotten.bind(generation), putBack.bind(Number(generation) - 1, "current")]);
    await env.DB.prepare("DELETE FROM offers").run();
    forgetLayout(ENV);
    const refused = await call("POST", "/api/runs", { kind: "restore" });
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining("128 shards") } });
    const posted = postObservations("scraper", "up-lost", [observation("UP-4", 55, { competitor: "acme" })]);
    await upkeep("reshard", { shards: 128 });
    await posted;
    await upkeep("restore");
    const after = await projected();
    const others = (rows: Record<string, unknown>[] = []) => rows.filter(({ sku }) => sku !== "UP-4");
    expect(others(after.offers)).toEqual(others(before.offers));
    expect((await offersOf("UP-4")).find(({ competitor }) => competitor === "acme")).toMatchObject({
      price: 5_500,
    });
    expect(after.stock).toEqual(before.stock);
    expect((await call("GET", "/api/audit/verify")).body.firstBad).toBeUndefined();
  });
});
