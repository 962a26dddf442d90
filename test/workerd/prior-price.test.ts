import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../domain/base/time.ts";
import { daysAgo, importProducts, ledgerOf, postDemand, productRow } from "./back-support.ts";
import { call } from "./support.ts";

const REASON = "the season begins: agreed with the buyer of the category";
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const setPrice = (sku: string, price: string) =>
  call("PUT", `/api/products/${sku}/price`, { price, reason: REASON });

async function prior(sku: string, query: Record<string, string> = {}) {
  const path = `/api/products/${sku}/prior-price?${new URLSearchParams(query)}`;
  const { body } = await call<{ prior: string | null; maxClaimPct: number; isShorter: boolean }>("GET", path);
  return [body.prior, body.maxClaimPct];
}

/** Moves the entries of a SKU's ledger, oldest first, to so many days ago. */
async function age(sku: string, ...days: number[]): Promise<void> {
  const entries = (await ledgerOf(sku)).toReversed();
  for (const [i, { seq }] of entries.entries())
    await env.DB.prepare("UPDATE price_ledger SET at = ?2 WHERE seq = ?1")
      .bind(seq, Date.now() - days[i]! * DAY_MS)
      .run();
}

describe("the prior price", () => {
  it("does not count a price while the product was inactive, which is not served either", async () => {
    const row = productRow("OFF-1", { price: "50.00", status: "inactive" });
    expect((await call("POST", "/api/products", row)).status).toBe(201);
    expect((await call("GET", "/api/price/OFF-1")).status).toBe(404);
    const active = { ...row, price: "100.00", status: "active" };
    expect((await call("PUT", "/api/products/OFF-1", active)).body).toMatchObject({ price: "100.00" });
    expect((await call("GET", "/api/price/OFF-1")).status).toBe(200);
    expect(await prior("OFF-1", { at: inDays(10), price: "80.00" })).toEqual(["100.00", 20]);
  });

  it("is that of the reduction in force, on every day of it", async () => {
    await importProducts([productRow("RED-1", { price: "100.00" })]);
    const fix = { scope: "sku", key: "RED-1", kind: "FIXED_PRICE", price: "80.00", reason: "x" };
    expect((await call("POST", "/api/overrides", fix)).status).toBe(201);
    for (const query of [{}, { at: inDays(15) }, { at: inDays(35) }, { price: "80.00" }])
      expect(await prior("RED-1", query as Record<string, string>)).toEqual(["100.00", 20]);
    expect(await prior("RED-1", { price: "79.00" })).toEqual(["80.00", 1]);
  });

  it("knows what was sold before the install, and past prices that were imported", async () => {
    await importProducts([
      productRow("OLD-1", { price: "100.00" }),
      productRow("OLD-2", { price: "100.00" }),
    ]);
    const rows = Array.from({ length: 20 }, (_, i) => ({
      ...{ sku: "OLD-1", day: daysAgo(20 - i), units: 3, price: i < 10 ? 80 : 100 },
    }));
    await postDemand("old", rows);
    expect(await prior("OLD-1", { price: "80.00" })).toEqual(["80.00", 0]);
    const csv = `sku,price,from,to\nOLD-2,90.00,${daysAgo(50)},${daysAgo(11)}\nOLD-2,100.00,${daysAgo(10)},\nNO,1,${daysAgo(9)},\n`;
    const imported = () => call("POST", "/api/import/prices", csv, { "content-type": "text/csv" });
    expect((await imported()).body).toMatchObject({
      inserted: 2,
      rejected: [{ line: 4, code: "unknown_sku" }],
    });
    expect((await imported()).body).toMatchObject({ inserted: 0, unchanged: 2 });
    const path = "/api/products/OLD-2/prior-price?price=80.00";
    expect((await call("GET", path)).body).toMatchObject({
      prior: "90.00",
      maxClaimPct: 11,
      isShorter: false,
    });
  });

  it("compares steps with the price before the first where the Member State says so", async () => {
    await importProducts([productRow("STEP-1", { price: "100.00" })]);
    for (const price of ["90.00", "80.00"]) await setPrice("STEP-1", price);
    await age("STEP-1", 40, 20, 10);
    expect(await prior("STEP-1")).toEqual(["90.00", 11]);
    const rules = { progressive: true, perishableCategories: [], newGoods: "since_launch" };
    expect((await call("PUT", "/api/settings", { priorPrice: rules })).status).toBe(200);
    expect(await prior("STEP-1")).toEqual(["100.00", 20]);
    expect(await prior("STEP-1", { price: "70.00" })).toEqual(["100.00", 30]);
    await call("PUT", "/api/settings", { priorPrice: { ...rules, progressive: false } });
  });

  // the worked examples of the Commission's notice, of the Court (C-330/23) and of public threads
  it.each<[string, string[], string, [string, number]]>([
    ["NOT", ["100.00", "160.00"], "80.00", ["100.00", 20]],
    ["BAN", ["1.29", "1.69"], "1.29", ["1.29", 0]],
    ["PIN", ["1.39", "1.69"], "1.49", ["1.39", 0]],
    ["DVL", ["100.00", "90.00"], "89.00", ["90.00", 1]],
    ["RRP", ["80.00"], "75.00", ["80.00", 6]],
    ["FLO", ["29.90"], "20.93", ["29.90", 30]],
  ])("of %s, first %j, then %s is %j", async (sku, [first, second], offered, expected) => {
    await importProducts([productRow(`EX-${sku}`, { price: first })]);
    if (second) expect((await setPrice(`EX-${sku}`, second)).status).toBe(200);
    expect(await prior(`EX-${sku}`, { at: inDays(10), price: offered })).toEqual(expected);
  });

  it("is shown on a proposal that lowers the price", async () => {
    await importProducts([productRow("SHOW-1", { price: "100.00" })]);
    await env.DB.prepare(
      `INSERT INTO proposals (id, sku, category, from_price, to_price, currency, change_pct, risk, risk_reasons,
         strategy, confidence, expected, explanation, status, approvals, created_at, expires_at)
       VALUES ('show-1', 'SHOW-1', 'things', 10000, 9100, 'EUR', -9, 'LOW', '[]', 'test', 1, ?1, ?2, 'pending', '[]', 0, 9e12)`,
    )
      .bind(EXPECTED, EXPLANATION)
      .run();
    const { body } = await call<{ priorPrice: object }>("GET", "/api/proposals/show-1");
    expect(body.priorPrice).toMatchObject({ prior: "100.00", price: "91.00", maxClaimPct: 9 });
  });
});

const OUTCOME = { units: 1, revenue: 1, profit: 1, interval80: [0, 1] };
const EXPECTED = JSON.stringify({ ...OUTCOME, horizonDays: 7, delta: OUTCOME });
const EXPLANATION = JSON.stringify({
  ...{ sentence: "", inputs: [], candidates: [], guardrails: [], binding: [], shadow: [], relaxations: [] },
  ...{ unlimited: null, reason: "", pGain: 0 },
});
