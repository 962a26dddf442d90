import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { DAY_MS } from "../../domain/base/time.ts";
import {
  expectSoundChains,
  holdScheduledRuns,
  importProducts,
  ledgerOf,
  person,
  productRow,
  propose,
  seedShop,
  servedPrice,
} from "./back-support.ts";
import { call } from "./support.ts";

const rollback = (sku: string, body?: object) =>
  call<{ price: string; code?: string }>("POST", `/api/prices/${sku}/rollback`, body);
const SEASON = "the season begins: agreed with the buyer of the category";
const setPrice = (sku: string, price: string) =>
  call("PUT", `/api/products/${sku}/price`, { price, reason: SEASON });
const explain = async (sku: string) => (await call("GET", `/api/products/${sku}/explain`)).body;

beforeAll(holdScheduledRuns);

describe("taking a price back", () => {
  it("restores the price before, and taken back again the one before that", async () => {
    await importProducts([productRow("BCK-A")]);
    await setPrice("BCK-A", "21.00");
    await setPrice("BCK-A", "22.00");
    expect((await rollback("BCK-A", { reason: "complaints" })).body).toMatchObject({ price: "21.00" });
    expect((await rollback("BCK-A")).body).toMatchObject({ price: "20.00", priceSource: "base" });
    const last = await rollback("BCK-A");
    expect([last.status, last.body.code]).toEqual([409, "conflict"]);
    const [second, first] = await ledgerOf("BCK-A");
    expect(first).toMatchObject({
      from: "22.00",
      to: "21.00",
      cause: { kind: "rollback" },
      reason: "complaints",
    });
    expect(second).toMatchObject({ from: "21.00", to: "20.00", cause: { kind: "rollback" } });
    // a new price begins anew
    await setPrice("BCK-A", "23.00");
    expect((await rollback("BCK-A")).body).toMatchObject({ price: "20.00" });
    await expectSoundChains();
  });

  it("respects today's limits, overrides and rights", async () => {
    await importProducts([productRow("BCK-B")]);
    await setPrice("BCK-B", "25.00");
    await importProducts([productRow("BCK-B", { minPrice: "24.00" })]);
    expect((await rollback("BCK-B")).body.code).toBe("guardrail_blocked");
    const freeze = { scope: "sku", key: "BCK-B", kind: "PRICE_FREEZE", reason: "x" };
    const { body } = await call("POST", "/api/overrides", freeze);
    expect((await rollback("BCK-B")).body.code).toBe("price_held");
    await call("DELETE", `/api/overrides/${body.id}`);
    const analyst = await person("back@shop.test", "analyst");
    expect((await analyst.call("POST", "/api/prices/BCK-B/rollback")).status).toBe(403);
    expect((await rollback("NOBODY")).status).toBe(404);
    expect(await servedPrice("BCK-B")).toBe("25.00");
  });

  it("skips what an override did and undid", async () => {
    await importProducts([productRow("BCK-C")]);
    await setPrice("BCK-C", "21.00");
    const fix = { scope: "sku", key: "BCK-C", kind: "FIXED_PRICE", price: "15.00", reason: "x" };
    const { body } = await call("POST", "/api/overrides", fix);
    await call("DELETE", `/api/overrides/${body.id}`);
    expect((await rollback("BCK-C")).body).toMatchObject({ price: "20.00" });
  });
});

describe("why a product has its price", () => {
  it("is the base price, a person, a rollback or an override", async () => {
    await importProducts([productRow("WHY-A")]);
    expect(await explain("WHY-A")).toMatchObject({
      price: "20.00",
      source: "base",
      entry: { cause: { kind: "import" } },
    });
    await setPrice("WHY-A", "21.00");
    expect((await explain("WHY-A")).sentence).toContain(`was set by key:test (${SEASON})`);
    await rollback("WHY-A");
    expect((await explain("WHY-A")).sentence).toContain("took a later price back");
    const freeze = { scope: "category", key: "things", kind: "PRICE_FREEZE", reason: "stocktaking" };
    const { body } = await call("POST", "/api/overrides", freeze);
    expect(await explain("WHY-A")).toMatchObject({
      source: "frozen",
      sentence: "20.00 EUR is frozen (stocktaking).",
      override: { id: body.id },
    });
    await call("DELETE", `/api/overrides/${body.id}`);
    expect((await call("GET", "/api/products/NOBODY/explain")).status).toBe(404);
  });

  it("is the applied proposal, with its inputs and guardrails", async () => {
    await seedShop(["WHY-P"]);
    const proposal = (await propose(["WHY-P"])).get("WHY-P")!;
    await call("POST", `/api/proposals/${proposal.id}/approve`, { note: "x".repeat(50) });
    const found = await explain("WHY-P");
    expect(found).toMatchObject({ source: "applied", proposal: { id: proposal.id, status: "applied" } });
    expect(
      (found.proposal as { explanation: { guardrails: unknown[] } }).explanation.guardrails.length,
    ).toBeGreaterThan(5);
    expect(found.sentence).toContain("chance of a gain");
  });
});

describe("the prior price of a reduction", () => {
  it("is the lowest of the 30 days before it", async () => {
    await importProducts([productRow("PRI-A")]);
    await setPrice("PRI-A", "18.00");
    await setPrice("PRI-A", "24.00");
    const ages = [40, 10, 5];
    const entries = (await ledgerOf("PRI-A")).toReversed();
    // the chain is not looked at here: only when each price began
    for (const [i, entry] of entries.entries())
      await env.DB.prepare("UPDATE price_ledger SET at = ?2 WHERE seq = ?1")
        .bind(entry.seq, Date.now() - ages[i]! * DAY_MS)
        .run();
    const path = "/api/products/PRI-A/prior-price";
    expect((await call("GET", `${path}?price=16.20`)).body).toMatchObject({
      ...{ prior: "18.00", price: "16.20", maxClaimPct: 10, isShorter: false },
    });
    expect((await call("GET", path)).body).toMatchObject({ prior: "18.00", price: "24.00", maxClaimPct: 0 });
    const before = new Date(Date.now() - 11 * DAY_MS).toISOString();
    expect((await call("GET", `${path}?at=${before}`)).body).toMatchObject({ prior: "20.00" });
    expect((await call("GET", `${path}?price=x`)).status).toBe(422);
    expect((await call("GET", "/api/products/NOBODY/prior-price")).status).toBe(404);
  });
});
