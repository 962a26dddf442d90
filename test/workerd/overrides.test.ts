import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../domain/base/time.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { expireOverrides } from "../../services/overrides/settle-overrides.ts";
import { getJson } from "../../services/runs/run-record.ts";
import {
  auditOf,
  expectSoundChains,
  holdScheduledRuns,
  importProducts,
  ledgerOf,
  person,
  productRow,
  propose,
  runToEnd,
  seedShop,
  servedPrice,
  tick,
} from "./back-support.ts";
import { create, end, inMinutes, type OverrideBody, products } from "./override-support.ts";
import { call } from "./support.ts";

beforeAll(holdScheduledRuns);

describe("an override", () => {
  it("needs a reason, a key where it has a scope, and ends after 72 hours by itself", async () => {
    await products("OVR-A");
    const bad = [
      [{ scope: "global", kind: "PRICE_FREEZE", reason: " " }, "reason"],
      [{ scope: "category", kind: "PRICE_FREEZE" }, "key"],
      [{ scope: "global", key: "x", kind: "PRICE_FREEZE" }, "key"],
      [{ scope: "sku", key: "NONE", kind: "PRICE_FREEZE" }, "key"],
      [{ scope: "sku", key: "OVR-A", kind: "FIXED_PRICE" }, "price"],
      [{ scope: "category", key: "nothing", kind: "FIXED_PRICE", price: "9.99" }, "key"],
      [{ scope: "category", key: "things", kind: "FIXED_PRICE" }, "price"],
      [{ scope: "sku", key: "OVR-A", kind: "PRICE_FREEZE", price: "9.99" }, "price"],
      [{ scope: "sku", key: "OVR-A", kind: "PRICE_FREEZE", expiresAt: inMinutes(-1) }, "expiresAt"],
    ] as const;
    for (const [body, path] of bad) {
      const answer = await create(body);
      expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, path]);
    }
    const { status, body } = await create({ scope: "sku", key: "OVR-A", kind: "FORCE_RULE_BASED" });
    expect(status).toBe(201);
    expect(Date.parse(body.expiresAt) - Date.now()).toBeCloseTo(72 * 60 * MINUTE_MS, -4);
    expect((await auditOf(body.id))[0]).toMatchObject({ action: "override.create" });
    expect((await end(body.id)).body).toMatchObject({ active: false });
    expect((await end(body.id)).status).toBe(409);
    expect((await end("ovr_none")).status).toBe(404);
  });

  it("is the only one of its kind for a scope, until it ends", async () => {
    await importProducts([productRow("RARE", { category: "rare" })]);
    const freeze = { scope: "category", key: "rare", kind: "PRICE_FREEZE", expiresAt: inMinutes(10) };
    const [a, b] = await Promise.all([create(freeze), create(freeze)]);
    expect([a.status, b.status].toSorted()).toEqual([201, 409]);
    const first = (a.status === 201 ? a : b).body;
    expect((await create({ ...freeze, kind: "FORCE_RULE_BASED" })).status).toBe(201);
    await expireOverrides(serviceContext(env, systemActor("overrides"), Date.now() + 11 * MINUTE_MS));
    expect((await create(freeze)).status).toBe(201);
    const { body } = await call<{ items: OverrideBody[] }>("GET", "/api/overrides?all=true");
    expect(body.items.find(({ id }) => id === first.id)).toMatchObject({ active: false });
  });

  it("can only be made by somebody who may approve", async () => {
    const analyst = await person("analyst@shop.test", "analyst");
    const answer = await analyst.call("POST", "/api/overrides", {
      scope: "global",
      kind: "PRICE_FREEZE",
      reason: "x",
    });
    expect(answer.status).toBe(403);
  });
});

describe("a freeze", () => {
  const skus = ["FRZ-0", "FRZ-1"];

  it("blocks proposals, approving and prices set by hand, until it ends", async () => {
    await seedShop(skus);
    const pending = (await propose(skus)).get("FRZ-0")!;
    const { body: freeze } = await create({ scope: "sku", key: "FRZ-0", kind: "PRICE_FREEZE" });
    const blocked = await call<OverrideBody>("POST", `/api/proposals/${pending.id}/approve`, {});
    expect(blocked).toMatchObject({ status: 409, body: { code: "price_held" } });
    const byHand = await call("PUT", "/api/products/FRZ-0/price", { price: "21.00", reason: "x" });
    expect(byHand).toMatchObject({ status: 409, body: { code: "price_held" } });
    const run = await runToEnd({ kind: "proposals", scope: { skus } });
    expect(run.counts).toMatchObject({ proposed: 1, held: 1, reasons: { frozen: 1 } });
    expect(await servedPrice("FRZ-0")).toBe("20.00");
    await end(freeze.id);
    const answer = await call("POST", `/api/proposals/${pending.id}/approve`, {});
    expect(answer).toMatchObject({ status: 200, body: { status: "applied" } });
    await expectSoundChains();
  });

  it.each([
    { scope: "sku", key: "FRZ-SHOP" },
    { scope: "category", key: "things" },
    { scope: "brand", key: "Acme" },
    { scope: "global" },
  ])("of %j is answered to the shop with its end, and does not freeze other products", async (scope) => {
    await importProducts([
      productRow("FRZ-SHOP", { brand: "Acme", category: "things" }),
      productRow("FRZ-FREE", { brand: "Bolt", category: "rarities" }),
    ]);
    const served = async (sku: string) => {
      const { body, headers } = await call("GET", `/api/price/${sku}`);
      return { body, etag: headers.get("etag") };
    };
    const before = await served("FRZ-SHOP");
    expect(before.body).toMatchObject({ price: "20.00", source: "base" });
    expect(before.body).not.toHaveProperty("validUntil");
    const { body: freeze } = await create({ ...scope, kind: "PRICE_FREEZE", expiresAt: inMinutes(30) });
    const frozen = await served("FRZ-SHOP");
    expect(frozen.body).toMatchObject({ price: "20.00", source: "frozen", validUntil: freeze.expiresAt });
    expect(frozen.etag).not.toBe(before.etag);
    const other = (await served("FRZ-FREE")).body;
    expect(other.source).toBe(scope.scope === "global" ? "frozen" : "base");
    await end(freeze.id);
    expect((await served("FRZ-SHOP")).body).toEqual(before.body);
  });

  it("keeps prices of a whole brand, or of everything", async () => {
    await importProducts([productRow("FRZ-B", { brand: "Brandy", unitCost: "10.00" })]);
    const set = () => call("PUT", "/api/products/FRZ-B/price", { price: "21.00", reason: "x" });
    for (const scope of [{ scope: "brand", key: "Brandy" }, { scope: "global" }]) {
      const { body } = await create({ ...scope, kind: "PRICE_FREEZE" });
      expect((await set()).status).toBe(409);
      await end(body.id);
    }
    expect((await set()).status).toBe(200);
  });
});

describe("a forced strategy", () => {
  it("decides by the rules, and says so", async () => {
    const skus = ["RUL-0"];
    await seedShop(skus, { category: "ruled" });
    const { body } = await create({ scope: "category", key: "ruled", kind: "FORCE_RULE_BASED" });
    const run = await runToEnd({ kind: "proposals", scope: { skus } });
    // there is no competitor, so the rules hold the price that the optimiser would raise
    expect(run.counts).toMatchObject({ proposed: 0, held: 1, reasons: { strategy_hold: 1 } });
    await end(body.id);
    expect((await propose(skus)).size).toBe(1);
  });
});

describe("a fixed price", () => {
  it("is in force at once and in the ledger, and gives way to the price it replaced at its end", async () => {
    await products("FIX-A");
    await call("PUT", "/api/products/FIX-A/price", { price: "22.00", reason: "season" });
    const { body } = await create({ scope: "sku", key: "FIX-A", kind: "FIXED_PRICE", price: "17.50" });
    expect(await call("GET", "/api/price/FIX-A")).toMatchObject({
      body: { price: "17.50", source: "override" },
    });
    expect((await call("PUT", "/api/products/FIX-A/price", { price: "19.00", reason: "x" })).status).toBe(
      409,
    );
    await end(body.id);
    expect(await call("GET", "/api/price/FIX-A")).toMatchObject({
      body: { price: "22.00", source: "applied" },
    });
    expect((await ledgerOf("FIX-A")).slice(0, 2)).toMatchObject([
      { from: "17.50", to: "22.00", source: "applied", cause: { kind: "override", id: body.id } },
      { from: "22.00", to: "17.50", source: "override", cause: { kind: "override", id: body.id } },
    ]);
    await expectSoundChains();
  });

  it("ends by the minute tick, at the instant it expired", async () => {
    await products("FIX-B");
    const { body } = await create({
      scope: "sku",
      key: "FIX-B",
      kind: "FIXED_PRICE",
      price: "17.50",
      expiresAt: inMinutes(10),
    });
    const expiresAt = Date.parse(body.expiresAt);
    await tick(expiresAt - 1);
    expect(await servedPrice("FIX-B")).toBe("17.50");
    await tick(expiresAt + 40_000);
    expect(await servedPrice("FIX-B")).toBe("20.00");
    const last = await env.DB.prepare(
      "SELECT at, source FROM price_ledger WHERE sku = 'FIX-B' ORDER BY seq DESC",
    ).first();
    expect(last).toEqual({ at: expiresAt, source: "base" });
    const entries = await ledgerOf("FIX-B");
    await tick(expiresAt + 100_000);
    expect(await ledgerOf("FIX-B")).toEqual(entries);
    await expectSoundChains();
  });

  it("that breaks the margin floor is refused", async () => {
    await products("FIX-C");
    const answer = await create({ scope: "sku", key: "FIX-C", kind: "FIXED_PRICE", price: "9.00" });
    expect(answer).toMatchObject({ status: 422, body: { code: "guardrail_blocked" } });
    expect(await servedPrice("FIX-C")).toBe("20.00");
  });

  it("that ends under a freeze stays served, until the freeze ends", async () => {
    await products("FIX-D");
    const fixed = await create({
      scope: "sku",
      key: "FIX-D",
      kind: "FIXED_PRICE",
      price: "17.50",
      expiresAt: inMinutes(10),
    });
    const freeze = await create({
      scope: "sku",
      key: "FIX-D",
      kind: "PRICE_FREEZE",
      expiresAt: inMinutes(20),
    });
    await tick(Date.parse(fixed.body.expiresAt) + 1_000);
    expect(await servedPrice("FIX-D")).toBe("17.50");
    const thaw = Date.parse(freeze.body.expiresAt);
    await tick(thaw + 30_000);
    expect(await servedPrice("FIX-D")).toBe("20.00");
    const last = await env.DB.prepare(
      "SELECT at FROM price_ledger WHERE sku = 'FIX-D' ORDER BY seq DESC",
    ).first("at");
    expect(last).toBe(thaw);
  });
});

describe("dated costs", () => {
  const importCosts = (csv: string) =>
    call<{
      inserted: number;
      updated: number;
      unchanged: number;
      rejected: { line: number; code: string }[];
    }>("POST", "/api/import/costs", csv, { "content-type": "text/csv" });
  const costOf = async (sku: string) =>
    (await call<{ unitCost?: string }>("GET", `/api/products/${sku}`)).body.unitCost;

  it("become the product's cost on their day, and the same file twice changes nothing", async () => {
    await products("CST-A");
    const future = inMinutes(30);
    const file = `sku,unitCost,from\nCST-A,11.00,2026-01-01\nCST-A,12.00,${future}\nNONE,1.00,2026-01-01\nCST-A,x,2026-01-02\n`;
    const first = await importCosts(file);
    expect(first.body).toMatchObject({ inserted: 2, updated: 0, unchanged: 0 });
    expect(first.body.rejected.map(({ line, code }) => `${line} ${code}`)).toEqual([
      "4 unknown_sku",
      "5 bad_price",
    ]);
    expect(await costOf("CST-A")).toBe("11.00");
    expect((await importCosts(file)).body).toMatchObject({ inserted: 0, updated: 0, unchanged: 2 });
    await tick(Date.parse(future) - 1);
    expect(await costOf("CST-A")).toBe("11.00");
    await tick(Date.parse(future));
    expect(await costOf("CST-A")).toBe("12.00");
  });

  it("reach the product again when they are corrected, unless a newer one is in force", async () => {
    await products("CST-C");
    const versionNow = () =>
      env.DB.prepare("SELECT version FROM products WHERE sku = 'CST-C'").first<number>("version");
    await importCosts("sku,unitCost,from\nCST-C,11.00,2026-01-01\nCST-C,9.00,2025-01-01\n");
    const before = (await versionNow())!;
    const corrected = await importCosts("sku,unitCost,from\nCST-C,11.50,2026-01-01\n");
    expect(corrected.body).toMatchObject({ inserted: 0, updated: 1, unchanged: 0 });
    expect(await costOf("CST-C")).toBe("11.50");
    expect(await versionNow()).toBe(before + 1);
    const older = await importCosts("sku,unitCost,from\nCST-C,8.00,2025-01-01\n");
    expect(older.body).toMatchObject({ updated: 1 });
    expect(await costOf("CST-C")).toBe("11.50");
    expect(await versionNow()).toBe(before + 1);
  });

  it("that are corrected before their day wait for it", async () => {
    await products("CST-D");
    const future = inMinutes(60);
    await importCosts(`sku,unitCost,from\nCST-D,11.00,2026-01-01\nCST-D,12.00,${future}\n`);
    await importCosts(`sku,unitCost,from\nCST-D,13.00,${future}\n`);
    expect(await costOf("CST-D")).toBe("11.00");
    await tick(Date.parse(future));
    expect(await costOf("CST-D")).toBe("13.00");
  });

  it("are what a decision of their time and its margin floor are made with", async () => {
    await seedShop(["CST-B"]);
    const past = new Date(Date.now() - MINUTE_MS).toISOString();
    await importCosts(`sku,unitCost,from\nCST-B,10.00,2020-01-01\nCST-B,15.00,${past}\n`);
    const costAt = async (asOf: string) => {
      const run = await runToEnd({ kind: "proposals", scope: { skus: ["CST-B"] }, dryRun: true, asOf });
      const key = `runs/${run.id}/snapshot/00000.json`;
      const snapshot = await getJson<{ own: { unitCost: number } }[]>(env.LAKE, key);
      return snapshot[0]!.own.unitCost;
    };
    expect(await costAt(new Date(Date.now() - 5 * MINUTE_MS).toISOString())).toBe(1000);
    expect(await costAt(new Date().toISOString())).toBe(1500);
    const low = await call("PUT", "/api/products/CST-B/price", { price: "14.00", reason: "x" });
    expect(low).toMatchObject({ status: 422, body: { code: "guardrail_blocked" } });
  });
});
