import { env } from "cloudflare:workers";
import { getTableColumns, getTableName } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import * as schema from "../../db/schema.ts";
import { portsOf } from "../../durable/ports.ts";
import { CARRIED } from "../../services/catalogue/rename/carry.ts";
import { renameProduct } from "../../services/catalogue/rename/rename-product.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import {
  holdScheduledRuns,
  importProducts,
  ledgerOf,
  type ProposalBody,
  productRow,
  proposalsOf,
  propose,
  seedShop,
  tick,
} from "./back-support.ts";
import { call, observation, offersOf, postObservations, receiptOf } from "./support.ts";

const ENV = env as unknown as Env;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const rename = (sku: string, to: string) =>
  call<{ code?: string; sku?: string; price?: string }>("POST", `/api/products/${sku}/rename`, {
    to,
    reason: "new numbers",
  });
const verified = async () => (await call("GET", "/api/audit/verify?full=true")).body;

/** Rows that name a SKU, by table. */
async function rowsNaming(sku: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of Object.values(schema)) {
    if (!(table instanceof SQLiteTable) || !("sku" in getTableColumns(table))) continue;
    const name = getTableName(table);
    const row = await env.DB.prepare(`SELECT count(*) AS n FROM ${name} WHERE sku = ?1`)
      .bind(sku)
      .first<{ n: number }>();
    if (row!.n > 0) found[name] = row!.n;
  }
  return found;
}

beforeAll(holdScheduledRuns);

describe("every table with a SKU", () => {
  it("follows a product, or is known to keep the name that was written", () => {
    const keep = ["products", "price_ledger", "audit_skus", "events", "sku_renames"];
    const names = Object.values(schema).flatMap((table) =>
      table instanceof SQLiteTable && "sku" in getTableColumns(table) ? [getTableName(table)] : [],
    );
    expect(names.filter((name) => !keep.includes(name)).toSorted()).toEqual(
      CARRIED.map(getTableName).toSorted(),
    );
  });
});

describe("a product with another SKU", () => {
  let pending: ProposalBody;
  let prior: Record<string, unknown>;
  const priorOf = (sku: string) => call("GET", `/api/products/${sku}/prior-price?price=19.00`);
  beforeAll(async () => {
    await seedShop(["OLD-1"]);
    await postObservations("scraper", "ren-1", [
      observation("OLD-1", "19.00", { observedAt: minutesAgo(50) }),
      observation("OLD-1", "18.50", { competitor: "bolt" }),
    ]);
    const levels = [
      { id: "r-1", sku: "OLD-1", warehouse: "north", type: "snapshot", quantity: 40, at: minutesAgo(20) },
    ];
    await call("POST", "/api/ingest/inventory", { source: "shop", batchId: "ren-stock", events: levels });
    await receiptOf("ren-stock", "done", "shop");
    const loose = { coolDownHours: 0, maxChangesPerDay: 24, weeklyCap: 1, minGain: 0 };
    await call("PUT", "/api/settings", { guardrails: loose });
    await call("PUT", "/api/products/OLD-1/price", { price: "21.00", reason: "by hand" });
    pending = (await propose(["OLD-1"])).get("OLD-1")!;
    expect(pending).toBeDefined();
    await call("PUT", "/api/settings", { strategyBySku: { "OLD-1": "cost_plus" } });
    await call("POST", "/api/mappings", { competitor: "acme", competitorSku: "X-9", sku: "OLD-1" });
    await env.DB.prepare(
      `INSERT INTO kvi_scores (sku, score, tier, parts, scored_at) VALUES ('OLD-1', 0.9, 'top', '{}', 0)`,
    ).run();
    const override = { scope: "sku", key: "OLD-1", kind: "FORCE_RULE_BASED", reason: "watch it" };
    expect((await call("POST", "/api/overrides", override)).status).toBe(201);
    prior = (await priorOf("OLD-1")).body;
    await tick();
  }, 60_000);

  it("takes everything along, and the SKU before leads to it", async () => {
    const before = await rowsNaming("OLD-1");
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining(["offers", "demand_days", "stock", "elasticities", "mappings", "kvi_scores"]),
    );
    const offers = (await offersOf("OLD-1")).map(({ competitor, price }) => ({ competitor, price }));
    expect(await rename("OLD-1", "NEW-1")).toMatchObject({
      status: 200,
      body: { sku: "NEW-1", price: "21.00" },
    });

    const { products: _, price_ledger, audit_skus, events, ...left } = await rowsNaming("OLD-1");
    expect(left).toEqual({});
    const after = await rowsNaming("NEW-1");
    for (const [table, n] of Object.entries(before))
      if (!["price_ledger", "audit_skus", "events"].includes(table)) expect(after[table], table).toBe(n);
    expect((await offersOf("NEW-1")).map(({ competitor, price }) => ({ competitor, price }))).toEqual(offers);
    const { body: settings } = await call<{ strategyBySku: object }>("GET", "/api/settings");
    expect(settings.strategyBySku).toEqual({ "NEW-1": "cost_plus" });
    const { body: overrides } = await call<{ items: object[] }>("GET", "/api/overrides");
    expect(overrides.items).toEqual([expect.objectContaining({ scope: "sku", key: "NEW-1" })]);

    for (const path of ["/api/products/OLD-1", "/api/price/OLD-1", "/api/products/OLD-1/elasticity"])
      expect(await call("GET", path), path).toMatchObject({ status: 200, body: { sku: "NEW-1" } });
    expect((await call<{ items: unknown[] }>("GET", "/api/products/OLD-1/offers")).body.items).toHaveLength(
      2,
    );
    expect((await call("POST", "/api/prices", { skus: ["OLD-1"] })).body).toEqual({
      items: [expect.objectContaining({ sku: "NEW-1", alias: "OLD-1", price: "21.00" })],
      missing: [],
    });
  });

  it("is found by the SKU before wherever one is named", async () => {
    const locked = { sku: "NEW-1", alias: "OLD-1", price: "21.00", currency: "EUR" };
    const { body } = await call<{ lock: string }>("POST", "/api/prices/lock", { skus: ["OLD-1"] });
    expect(body).toMatchObject({ items: [locked] });
    expect((await call("POST", "/api/prices/lock/verify", { lock: body.lock })).body).toMatchObject({
      ...{ valid: true, items: [locked] },
    });
    const preview = { action: "approve", preview: true, filter: { sku: "OLD-1" } };
    expect((await call("POST", "/api/proposals/bulk", preview)).body).toMatchObject({ done: 1 });
    const prices = [{ sku: "OLD-1", price: "22.00" }];
    expect((await call("POST", "/api/what-if", { prices })).status).toBe(200);
    const scope = { skus: ["OLD-1"] };
    expect((await call("POST", "/api/runs", { kind: "features", scope })).status).toBe(202);
    const freeze = { scope: "sku", key: "OLD-1", kind: "PRICE_FREEZE", reason: "for a look" };
    const held = await call<{ id: string; key: string }>("POST", "/api/overrides", freeze);
    expect(held).toMatchObject({ status: 201, body: { key: "NEW-1" } });
    await call("DELETE", `/api/overrides/${held.body.id}`);
  });

  it("has the decisions and events of before", async () => {
    for (const sku of ["NEW-1", "OLD-1"]) {
      const run = (await call<{ items: object[] }>("GET", `/api/decisions?sku=${sku}&by=run`)).body.items;
      expect(run).toEqual([expect.objectContaining({ verdict: "propose", runId: pending.runId })]);
      const events = (await call<{ items: { type: string }[] }>("GET", `/api/events?sku=${sku}`)).body.items;
      expect(events.map(({ type }) => type)).toContain("price.applied");
    }
  });

  it("keeps its price history, which the chains prove", async () => {
    const prices = (await ledgerOf("NEW-1")).map(({ to, cause }) => [to, cause.kind]);
    expect(prices).toEqual([
      ["21.00", "rename"],
      ["21.00", "manual"],
      ["20.00", "import"],
    ]);
    expect(await verified()).toMatchObject({ ok: true });
    const { body } = await call("GET", "/api/products/NEW-1/explain");
    expect(body).toMatchObject({
      sentence: expect.stringContaining("was set by"),
      entry: { cause: { kind: "manual" } },
    });
    const { windowStart: _, at: __, sku: ___, ...same } = prior;
    expect((await priorOf("NEW-1")).body).toMatchObject(same);
    const { body: audit } = await call<{ items: { action: string }[] }>("GET", "/api/audit?sku=NEW-1");
    expect(audit.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["product.rename", "price.set", "products.import"]),
    );
  });

  it("keeps its open proposal, which can be approved; rolling back goes behind the rename", async () => {
    const [open] = await proposalsOf("sku=OLD-1&status=pending");
    expect(open).toMatchObject({ id: pending.id, sku: "NEW-1" });
    const note = "everything that the price rests on has moved along with it";
    const approved = await call("POST", `/api/proposals/${pending.id}/approve`, { note });
    expect(approved).toMatchObject({ status: 200, body: { status: "applied", sku: "NEW-1" } });
    expect((await call("POST", "/api/prices/OLD-1/rollback", {})).body).toMatchObject({ price: "21.00" });
    expect((await call("POST", "/api/prices/NEW-1/rollback", {})).body).toMatchObject({ price: "20.00" });
    expect(await verified()).toMatchObject({ ok: true });
  });

  it("takes rows of the SKU before, each once, also those that came before the rename and come again", async () => {
    const { accepted } = await postObservations("scraper", "ren-2", [
      observation("OLD-1", "17.00", { observedAt: minutesAgo(0.4) }),
    ]);
    expect(accepted).toBe(1);
    expect((await offersOf("NEW-1")).map(({ price }) => price)).toEqual([1_700, 1_850]);
    const again = await postObservations("scraper", "ren-3", [
      observation("OLD-1", "19.00", { observedAt: minutesAgo(50) }),
      observation("NEW-1", "17.00", { observedAt: minutesAgo(0.4) }),
    ]);
    expect(again.accepted + again.duplicates).toBe(2);
    const sale = {
      id: "r-2",
      sku: "OLD-1",
      warehouse: "north",
      type: "sale",
      quantity: 3,
      at: minutesAgo(1),
    };
    for (const batchId of ["ren-sale", "ren-sale-again"]) {
      await call("POST", "/api/ingest/inventory", { source: "shop", batchId, events: [sale] });
      await receiptOf(batchId, "done", "shop");
    }
    expect((await call("GET", "/api/products/OLD-1/stock")).body).toMatchObject({ total: 37 });
    expect(await offersOf("OLD-1")).toEqual([]);
    const { body } = await importProducts("sku,price\nOLD-1,20.50");
    expect(body).toMatchObject({ inserted: 0, updated: 1, rejected: [] });
    const patched = await call("PATCH", "/api/products/OLD-1", { sku: "OLD-1", title: "Thing" });
    expect(patched).toMatchObject({
      status: 200,
      body: { sku: "NEW-1", title: "Thing", basePrice: "20.50" },
    });
  });

  it("may have its SKU back, or a third one: all that it ever had lead to it", async () => {
    expect((await rename("NEW-1", "OLD-1")).body).toMatchObject({ sku: "OLD-1" });
    expect((await call("GET", "/api/products/NEW-1")).body).toMatchObject({ sku: "OLD-1" });
    expect((await rename("OLD-1", "THIRD-1")).body).toMatchObject({ sku: "THIRD-1" });
    for (const sku of ["OLD-1", "NEW-1", "THIRD-1"])
      expect((await call("GET", `/api/price/${sku}`)).body, sku).toMatchObject({ sku: "THIRD-1" });
    const causes = (await ledgerOf("THIRD-1")).map(({ cause }) => cause.kind);
    expect(causes.filter((kind) => kind === "rename")).toHaveLength(3);
    expect(causes.at(-1)).toBe("import");
    await postObservations("scraper", "ren-4", [
      observation("NEW-1", "16.00", { observedAt: minutesAgo(0.2) }),
    ]);
    expect((await offersOf("THIRD-1")).map(({ price }) => price)).toEqual([1_600, 1_850]);
    // these rows are cleared away later; they are not of the product
    await tick(Date.now() + 20 * 60_000);
    expect((await offersOf("THIRD-1")).map(({ price }) => price)).toEqual([1_600, 1_850]);
    expect(await verified()).toMatchObject({ ok: true });
  });
});

describe("a rename", () => {
  it("is refused where the new SKU is taken, the same, or an alias; again, it answers the same", async () => {
    await importProducts(["A-1", "A-2"].map((sku) => productRow(sku)));
    expect(await rename("A-1", "A-1")).toMatchObject({ status: 422, body: { code: "invalid" } });
    expect(await rename("A-1", "A-2")).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await rename("A-9", "A-3")).toMatchObject({ status: 404 });
    for (const _ of [1, 2])
      expect(await rename("A-1", "A-3")).toMatchObject({ status: 200, body: { sku: "A-3" } });
    expect(await rename("A-2", "A-1")).toMatchObject({ status: 409, body: { detail: /alias of A-3/ } });
    expect(await call("POST", "/api/products", productRow("A-1"))).toMatchObject({ status: 409 });
    expect((await ledgerOf("A-3")).filter(({ cause }) => cause.kind === "rename")).toHaveLength(1);

    expect((await call("DELETE", "/api/aliases/A-1")).status).toBe(200);
    expect((await call("DELETE", "/api/aliases/A-1")).status).toBe(404);
    expect((await call("GET", "/api/price/A-1")).status).toBe(404);
    const made = await call("POST", "/api/products", productRow("A-1", { price: "7.00" }));
    expect(made).toMatchObject({ status: 201, body: { sku: "A-1", price: "7.00" } });
    await postObservations("scraper", "ren-5", [observation("A-1", "6.90"), observation("A-3", "19.90")]);
    expect((await offersOf("A-1")).map(({ price }) => price)).toEqual([690]);
    expect((await offersOf("A-3")).map(({ price }) => price)).toEqual([1_990]);
    expect((await ledgerOf("A-1")).map(({ to }) => to)).toEqual(["7.00"]);
    expect((await ledgerOf("A-3")).map(({ to }) => to)).toEqual(["20.00", "20.00"]);
    expect(await verified()).toMatchObject({ ok: true });
  });

  it.each([
    "before the shards have handed over",
    "after that",
    "at its end",
  ])("that is interrupted %s goes on by itself, and rows that came meanwhile are neither lost nor doubled", async (when) => {
    const [from, to] = [`C-${when.split(" ")[0]}`, `D-${when.split(" ")[0]}`];
    await importProducts([productRow(from)]);
    await postObservations("scraper", `${from}-1`, [
      observation(from, "19.00", { observedAt: minutesAgo(9) }),
    ]);
    const { renames } = portsOf(ENV);
    const fail = () => Promise.reject(new Error("the object is not there"));
    const afterwards = async (one: Parameters<typeof renames.handOver>[0]) => {
      await renames.handOver(one);
      return fail();
    };
    const failing = {
      ...renames,
      ...(when === "before the shards have handed over" ? { handOver: fail } : {}),
      ...(when === "after that" ? { handOver: afterwards } : {}),
      ...(when === "at its end" ? { drop: fail } : {}),
    };
    const ctx = { ...serviceContext(ENV, systemActor("test")), renames: failing };
    await expect(renameProduct(ctx, from, { to, reason: "new numbers" })).rejects.toThrow("has begun");
    const observations = [observation(from, "18.00", { observedAt: minutesAgo(1) })];
    await call("POST", "/api/ingest/observations", { source: "scraper", batchId: `${from}-2`, observations });
    await tick(Date.now() + 2 * 60_000);
    expect(await receiptOf(`${from}-2`, "done", "scraper")).toMatchObject({ received: 1, accepted: 1 });
    expect((await call("GET", `/api/price/${from}`)).body).toMatchObject({ sku: to, price: "20.00" });
    expect((await offersOf(to)).map(({ price }) => price)).toEqual([1_800]);
    const { body } = await call<{ items: { points: unknown[] }[] }>("GET", `/api/movements?sku=${to}`);
    expect(body.items).toHaveLength(1);
    expect(await verified()).toMatchObject({ ok: true });
  });
});
