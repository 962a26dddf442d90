import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { ChainBody } from "./back-support.ts";
import { holdScheduledRuns, importProducts, productRow, servedPrice, tick } from "./back-support.ts";
import { addProposals } from "./proposals-support.ts";
import { call } from "./support.ts";
import { firstBad, spoiling } from "./tamper-support.ts";

interface HealthBody {
  status: string;
  parts: Record<string, { status: string; detail?: string }>;
}

const health = async () => (await call<HealthBody>("GET", "/api/health")).body;

const set = (sql: string, ...values: (string | number | null)[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run();

beforeAll(async () => {
  await importProducts(["PR-1", "PR-2"].map((sku) => productRow(sku, { unitCost: "5.00" })));
  await holdScheduledRuns();
});

describe("a served price that was changed behind the ledger", () => {
  it("is found by the check, explained, and makes the install fail until it is put right", async () => {
    await tick();
    expect((await health()).status).not.toBe("failing");
    await spoiling("products", async () => {
      await set("UPDATE products SET price = 100 WHERE sku = 'PR-1'");
      const found = { state: "products", key: "PR-1" };
      const why = "the price is 100, entry 1 of the ledger says 2000 (minor units)";
      expect(await firstBad()).toEqual({ ...found, reason: why });
      const { body } = await call<{ sentence: string }>("GET", "/api/products/PR-1/explain");
      expect(body.sentence).toBe(
        "1.00 EUR is served, and the ledger does not say so: its newest entry is 20.00 EUR.",
      );
      await tick();
      expect(await health()).toMatchObject({ status: "failing", parts: { jobs: { status: "failing" } } });
      expect(await firstBad()).toMatchObject(found);
    });
    expect(await servedPrice("PR-1")).toBe("20.00");
    await tick();
    expect((await health()).status).not.toBe("failing");
  });

  it("is found although its entry was cut before the tick could keep a head", async () => {
    await tick();
    await call("PUT", "/api/products/PR-2/price", { price: "21.00", reason: "by hand" });
    const cut = (table: string) => set(`DELETE FROM ${table} WHERE seq = (SELECT max(seq) FROM ${table})`);
    await spoiling("price_ledger", async () => {
      await cut("price_ledger");
      expect(await firstBad()).toMatchObject({
        chain: "ledger",
        reason: expect.stringContaining("are gone"),
      });
      await spoiling("audit", async () => {
        await cut("audit");
        expect(await firstBad()).toMatchObject({ chain: "audit" });
      });
    });
    expect(await firstBad()).toBeUndefined();
  });

  it("is found although it goes back to an older entry, with all that belongs to it", async () => {
    await spoiling("products", async () => {
      const { results } = await env.DB.prepare(
        "SELECT * FROM price_ledger WHERE sku = 'PR-2' ORDER BY seq",
      ).all();
      const [first] = results as { seq: number; at: number; to_price: number; source: string }[];
      await set(
        "UPDATE products SET price = ?1, price_seq = ?2, price_since = ?3, price_source = ?4 WHERE sku = 'PR-2'",
        ...[first!.to_price, first!.seq, first!.at, first!.source],
      );
      expect(await firstBad()).toMatchObject({ state: "products", key: "PR-2" });
    });
  });
});

describe("a spoilt row", () => {
  it("of the audit is located, and listed as the text that it is", async () => {
    await spoiling("audit", async () => {
      await set("UPDATE audit SET detail = '{\"inserted' WHERE seq = 2");
      expect(await firstBad()).toEqual({ chain: "audit", seq: 2, reason: "its detail is not JSON" });
      const { status, body } = await call<{ items: { seq: number; detail: unknown }[] }>("GET", "/api/audit");
      expect(status).toBe(200);
      expect(body.items.find(({ seq }) => seq === 2)!.detail).toBe('{"inserted');
    });
  });

  it("of the audit whose JSON only looks different is located", async () => {
    await spoiling("audit", async () => {
      await set("UPDATE audit SET detail = replace(detail, ':', ': ') WHERE seq = 2");
      expect(await firstBad()).toMatchObject({ chain: "audit", seq: 2 });
    });
  });
});

describe("the heads in the bucket", () => {
  const KEY = "chains/heads.json";
  const withHeads = async (text: string | null) => {
    await tick();
    const before = await (await env.LAKE.get(KEY))!.text();
    try {
      await (text === null ? env.LAKE.delete(KEY) : env.LAKE.put(KEY, text.replace("BEFORE", before)));
      return await firstBad();
    } finally {
      await env.LAKE.put(KEY, before);
    }
  };

  it("cannot be made without the install's secret", async () => {
    const heads = { count: 1, hash: "0".repeat(64) };
    const forged = JSON.stringify({ ledger: heads, audit: heads, at: 1, signature: "0".repeat(64) });
    expect(await withHeads(forged)).toMatchObject({
      state: "heads",
      reason: expect.stringContaining("not signed"),
    });
    expect(await withHeads("{")).toMatchObject({
      state: "heads",
      reason: expect.stringContaining("not signed"),
    });
  });

  it("cannot be taken away, nor replaced by older ones of our own", async () => {
    expect(await withHeads(null)).toMatchObject({
      state: "heads",
      reason: expect.stringContaining("are gone"),
    });
    await tick();
    const older = await (await env.LAKE.get(KEY))!.text();
    await call("PUT", "/api/products/PR-1/price", { price: "21.00", reason: "by hand" });
    await tick();
    expect(await withHeads(older)).toMatchObject({
      state: "heads",
      reason: expect.stringContaining("older"),
    });
    expect(await firstBad()).toBeUndefined();
  });
});

describe("a proposal that a released price has superseded", () => {
  it("is as the chains say: the release is what did it", async () => {
    await importProducts([productRow("PR-3", { price: "20.00" })]);
    await addProposals([{ id: "prp_pr-3", sku: "PR-3" }]);
    await importProducts([productRow("PR-3", { price: "30.00" })]);
    const { body } = await call<{ items: { id: string }[] }>("GET", "/api/held-prices?sku=PR-3");
    const note = "the supplier has doubled the price and every rival follows since Monday";
    expect((await call("POST", `/api/held-prices/${body.items[0]!.id}/release`, { note })).status).toBe(200);
    expect((await call("GET", "/api/proposals/prp_pr-3")).body).toMatchObject({ status: "superseded" });
    expect(await firstBad()).toBeUndefined();
  });
});

describe("the full check", () => {
  it("goes page by page from the first entry to the last row", async () => {
    const { body } = await call<ChainBody & { nextCursor: string | null }>(
      "GET",
      "/api/audit/verify?full=true",
    );
    expect(body).toMatchObject({ ok: true, nextCursor: null });
    expect((await call("GET", "/api/audit/verify?full=true&cursor=nonsense")).status).toBe(400);
  });
});
