import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { serviceContext, systemActor } from "../../services/context.ts";
import { commitPrices, type PriceChange, SEGMENT_PRICES } from "../../services/pricing/commit-prices.ts";
import { rejectProposal } from "../../services/proposals/approve.ts";
import {
  auditOf,
  expectSoundChains,
  fetchRaw,
  importProducts,
  ledgerOf,
  productRow,
  servedPrice,
} from "./back-support.ts";
import { call, observation, postObservations } from "./support.ts";

type Problem = { code: string; errors: { path: string; code: string; message: string }[] };

function setPrice(sku: string, price: unknown, reason = "test") {
  return call<Problem & { price: string }>("PUT", `/api/products/${sku}/price`, { price, reason });
}

async function change(sku: string, to: number, changes: Partial<PriceChange> = {}): Promise<PriceChange> {
  const row = await env.DB.prepare("SELECT price, version FROM products WHERE sku = ?1")
    .bind(sku)
    .first<{ price: number; version: number }>();
  return {
    sku,
    from: row!.price,
    version: row!.version,
    to,
    currency: "EUR",
    source: "applied",
    cause: { kind: "manual", id: null },
    proposalId: null,
    note: null,
    reason: "test",
    ...changes,
  };
}

const context = () => serviceContext(env, systemActor("test"));

/** Long enough for a price of HIGH risk. */
const REASON = "the season begins: agreed with the buyer of the category";

describe("a price war with us", () => {
  it("is recognised by the times in the ledger, whatever the shard heard in between", async () => {
    await importProducts([productRow("WAR-1")]);
    const start = Date.now() - 10_000;
    const theirs = (price: number, at: number) =>
      observation("WAR-1", price, { observedAt: new Date(at).toISOString() });
    await postObservations("crawler", "war-1", [theirs(20, start), theirs(19.8, start + 1_000)]);
    expect((await setPrice("WAR-1", "19.60")).status).toBe(200);
    await postObservations("crawler", "war-2", [theirs(19.4, Date.now())]);
    const open = async () =>
      (await call<{ items: object[] }>("GET", "/api/signals?sku=WAR-1&type=PRICE_WAR")).body.items;
    await vi.waitUntil(async () => (await open()).length === 1);
    expect(await open()).toMatchObject([{ status: "open", evidence: { rounds: 3, rival: "acme" } }]);
  });
});

describe("a price set by hand", () => {
  it("has to be payable in its currency, by steps that are a setting", async () => {
    await importProducts([{ ...productRow("CHF-1"), currency: "CHF" }]);
    const refused = await setPrice("CHF-1", "15.32");
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toMatchObject([{ path: "price", code: "price_step" }]);
    expect(refused.body.errors[0]!.message).toContain("15.30 CHF or 15.35 CHF");
    expect((await setPrice("CHF-1", "15.35", REASON)).body.price).toBe("15.35");
    await call("PUT", "/api/settings", { pricePoints: { CHF: { step: 1 } } });
    expect((await setPrice("CHF-1", "15.32", REASON)).body.price).toBe("15.32");
  });

  it("is served at once, and the ledger and the audit say who set it and why", async () => {
    await importProducts([productRow("SET-1")]);
    const { status, body } = await setPrice("SET-1", { minor: 1899, currency: "EUR" }, "market day");
    expect(status).toBe(200);
    expect(body).toMatchObject({ price: "18.99", basePrice: "20.00", priceSource: "applied" });
    expect(await servedPrice("SET-1")).toBe("18.99");
    expect((await ledgerOf("SET-1"))[0]).toMatchObject({
      from: "20.00",
      to: "18.99",
      actor: "key:test",
      reason: "market day",
      cause: { kind: "manual" },
    });
    expect((await auditOf("SET-1"))[0]).toMatchObject({ action: "price.set", actor: "key:test" });
  });

  it("that is already in force changes nothing", async () => {
    await importProducts([productRow("SET-2")]);
    const before = await expectSoundChains();
    expect((await setPrice("SET-2", 20)).status).toBe(200);
    expect(await expectSoundChains()).toEqual(before);
  });

  it.each([
    ["under the margin floor", { unitCost: "19.00" }, "19.50", "margin_floor"],
    // 10.00 net and 5 % margin: 10.53 net, with 20 % tax 12.64
    ["under the floor with tax", { unitCost: "10.00", taxRate: 0.2 }, "12.63", "margin_floor"],
    ["under its least price", { minPrice: "15.00" }, "14.99", "min_price"],
    ["under the advertised minimum", { mapPrice: "18.00" }, "17.00", "map"],
    ["over its greatest price", { maxPrice: "25.00" }, "25.01", "max_price"],
  ])("%s is blocked, and the answer names the limit", async (name, limits, price, code) => {
    const sku = `LIMIT-${name.replaceAll(" ", "-")}`;
    await importProducts([productRow(sku, limits)]);
    const answer = await setPrice(sku, price);
    expect([answer.status, answer.body.code]).toEqual([422, "guardrail_blocked"]);
    expect(answer.body.errors).toMatchObject([{ path: "price", code }]);
    expect(await servedPrice(sku)).toBe("20.00");
  });

  it("exactly at a limit is allowed", async () => {
    await importProducts([productRow("EDGE", { unitCost: "10.00", taxRate: 0.2, maxPrice: "25.00" })]);
    expect((await setPrice("EDGE", "12.64", REASON)).status).toBe(200);
    expect((await setPrice("EDGE", "25.00", REASON)).status).toBe(200);
  });

  it.each<[string, unknown, number, string]>([
    ["of zero", 0, 422, "non_positive_price"],
    ["in another currency", { minor: 100, currency: "USD" }, 422, "currency_mismatch"],
    ["of NaN", "NaN", 422, "bad_price"],
    ["of 1e15", 1e15, 422, "price_too_large"],
  ])("%s is refused", async (_, price, status, code) => {
    await importProducts([productRow("BAD-PRICE")]);
    const answer = await setPrice("BAD-PRICE", price);
    expect(answer.status).toBe(status);
    expect(answer.body.errors[0]).toMatchObject({ path: "price", code });
  });

  it("needs a reason, and a product", async () => {
    await importProducts([productRow("REASON")]);
    expect((await setPrice("REASON", 19, "")).status).toBe(422);
    expect((await setPrice("NOBODY", 19)).status).toBe(404);
  });

  it("by two people at the same instant leaves one price and a sound chain", async () => {
    await importProducts([productRow("SAME")]);
    const answers = await Promise.all([setPrice("SAME", 18), setPrice("SAME", 19)]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(200);
    for (const { status, body } of answers) if (status !== 200) expect(body.code).toBe("stale_or_mismatch");
    const entries = await ledgerOf("SAME");
    expect(entries).toHaveLength(1 + statuses.filter((status) => status === 200).length);
    expect(await servedPrice("SAME")).toBe(entries[0]!.to);
    entries.slice(0, -1).forEach((entry, i) => {
      expect(entry.from).toBe(entries[i + 1]!.to);
    });
    await expectSoundChains();
  });
});

describe("the served price", () => {
  it("is public, cacheable and not sent twice", async () => {
    await importProducts([productRow("SERVE")]);
    const first = await fetchRaw("/api/price/SERVE");
    expect(await first.json()).toEqual({
      sku: "SERVE",
      price: "20.00",
      currency: "EUR",
      source: "base",
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    expect(first.headers.get("cache-control")).toBe("public, max-age=1, must-revalidate");
    const etag = first.headers.get("etag")!;
    const again = await fetchRaw("/api/price/SERVE", { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    await setPrice("SERVE", "21.00");
    const moved = await fetchRaw("/api/price/SERVE", { headers: { "if-none-match": etag } });
    expect([moved.status, ((await moved.json()) as { price: string }).price]).toEqual([200, "21.00"]);
  });

  it("of an unknown SKU is not found", async () => {
    const response = await fetchRaw("/api/price/NOBODY");
    expect(response.status).toBe(404);
    expect(((await response.json()) as Problem).code).toBe("not_found");
  });
});

describe("a segment of prices", () => {
  it("is one batch with its entries in order", async () => {
    const skus = ["SEG-1", "SEG-2", "SEG-3"];
    await importProducts(skus.map((sku) => productRow(sku)));
    const changes = await Promise.all(skus.map((sku, i) => change(sku, 2100 + i)));
    const { applied, mismatched } = await commitPrices(context(), changes);
    expect(mismatched).toEqual([]);
    const seqs = applied.map(({ entry }) => entry.seq);
    expect(seqs).toEqual([seqs[0], seqs[0]! + 1, seqs[0]! + 2]);
    expect(await Promise.all(skus.map(servedPrice))).toEqual(["21.00", "21.01", "21.02"]);
    await expectSoundChains();
  });

  it.each<[string, Partial<PriceChange>]>([
    ["another price", { from: 1 }],
    ["another version", { version: 99 }],
    ["a proposal that is decided", { proposalId: "seg-decided" }],
    ["a proposal that is not there", { proposalId: "seg-none" }],
  ])("goes through without the price that met %s", async (name, stale) => {
    const skus = [1, 2, 3, 4].map((n) => `MIX-${name.replaceAll(" ", "-")}-${n}`);
    await importProducts(skus.map((sku) => productRow(sku)));
    await env.DB.prepare(
      `INSERT OR REPLACE INTO proposals (id, sku, category, from_price, to_price, currency, change_pct, risk, risk_reasons,
         strategy, confidence, expected, explanation, status, approvals, created_at, expires_at)
       VALUES ('seg-decided', ?1, 'things', 2000, 2100, 'EUR', 5, 'LOW', '[]', 'test', 1, '{}', '{}', 'pending', '[]', 0, 8e15)`,
    )
      .bind(skus[2])
      .run();
    await rejectProposal(context(), "seg-decided", {});
    const changes = await Promise.all(skus.map((sku, i) => change(sku, 2200, i === 2 ? stale : {})));
    const { applied, mismatched } = await commitPrices(context(), changes);
    expect(mismatched).toEqual([changes[2]]);
    expect(applied.map(({ change: { sku } }) => sku)).toEqual([skus[0], skus[1], skus[3]]);
    expect(await Promise.all(skus.map(servedPrice))).toEqual(["22.00", "22.00", "20.00", "22.00"]);
    expect(await ledgerOf(skus[2]!)).toHaveLength(1);
    const { ledger } = await expectSoundChains();
    expect(applied.at(-1)!.entry.seq).toBe(ledger.count);
  });

  it("writes nothing when none of its prices can be set any more", async () => {
    await importProducts([productRow("NONE-1")]);
    const before = await expectSoundChains();
    const outcome = await commitPrices(context(), [await change("NONE-1", 2100, { version: 7 })]);
    expect(outcome.applied).toEqual([]);
    expect(outcome.mismatched).toHaveLength(1);
    expect(await expectSoundChains()).toEqual(before);
  });

  it("refuses more prices than fit one segment", async () => {
    const many = Array.from({ length: SEGMENT_PRICES + 1 }, () => ({}) as PriceChange);
    await expect(commitPrices(context(), many)).rejects.toThrow(RangeError);
  });

  it("goes through for many writers at the same instant: each reads the head again", async () => {
    const skus = Array.from({ length: 4 }, (_, i) => `WRITERS-${i}`);
    await importProducts(skus.map((sku) => productRow(sku)));
    const outcomes = await Promise.all(
      skus.map(async (sku) => commitPrices(context(), [await change(sku, 2300)])),
    );
    for (const { applied } of outcomes) expect(applied).toHaveLength(1);
    await expectSoundChains();
  });
});
