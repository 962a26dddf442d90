import { beforeAll, describe, expect, it } from "vitest";
import {
  auditOf,
  fetchRaw,
  holdScheduledRuns,
  importProducts,
  ledgerOf,
  productRow,
  propose,
  seedShop,
  servedPrice,
} from "./back-support.ts";
import { create, end } from "./override-support.ts";
import { call } from "./support.ts";

type Served = { sku: string; price: string; source: string };

beforeAll(holdScheduledRuns);

describe("the prices of many SKUs", () => {
  const skus = ["MANY-A", "MANY-B", "MANY-C", "MANY-D", "MANY-E"];

  it("are those that are asked for one by one", async () => {
    await importProducts([
      ...["MANY-A", "MANY-B"].map((sku) => productRow(sku)),
      ...["MANY-C", "MANY-D"].map((sku) => productRow(sku, { category: "many" })),
      productRow("MANY-E", { status: "inactive" }),
    ]);
    await create({ scope: "sku", key: "MANY-B", kind: "PRICE_FREEZE" });
    await create({ scope: "category", key: "many", kind: "FIXED_PRICE", price: "15.00" });
    await create({ scope: "sku", key: "MANY-D", kind: "FIXED_PRICE", price: "14.00" });
    await importProducts([
      { sku: "MANY-B", price: "21.00" },
      { sku: "MANY-C", price: "21.00" },
    ]);
    const asked = { skus: [...skus, "NOBODY"] };
    const { body } = await call<{ items: Served[]; missing: string[] }>("POST", "/api/prices", asked);
    expect(body.missing).toEqual(["MANY-E", "NOBODY"]);
    expect(body.items.map(({ sku, price, source }) => `${sku} ${price} ${source}`)).toEqual([
      "MANY-A 20.00 base",
      "MANY-B 20.00 frozen",
      "MANY-C 15.00 override",
      "MANY-D 14.00 override",
    ]);
    for (const item of body.items) expect((await call("GET", `/api/price/${item.sku}`)).body).toEqual(item);
  });

  it("may be asked for by a shop's page without a key, and nothing else may be kept on the way", async () => {
    const cross = { origin: "https://shop.example", "access-control-request-method": "POST" };
    const preflight = await fetchRaw("/api/prices", { method: "OPTIONS", headers: cross });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
    const one = await fetchRaw("/api/price/MANY-A", { headers: { origin: "https://shop.example" } });
    expect(one.headers.get("access-control-allow-origin")).toBe("*");
    expect(one.headers.get("cache-control")).toContain("public");
    for (const path of ["/api/products", "/api/settings", "/api/price/NOBODY"])
      expect((await call("GET", path)).headers.get("cache-control")).toBe("no-store");
  });
});

describe("a run that is taken back", () => {
  it("brings back every price that its proposals replaced, and that nobody has changed since", async () => {
    const skus = ["REV-A", "REV-B", "REV-C"];
    await seedShop(skus);
    const proposals = await propose(skus);
    const { runId } = proposals.get("REV-A")!;
    for (const sku of skus)
      await call("POST", `/api/proposals/${proposals.get(sku)!.id}/approve`, { note: "x".repeat(50) });
    await importProducts([{ sku: "REV-B", price: "20.50" }]);
    const freeze = await create({ scope: "sku", key: "REV-C", kind: "PRICE_FREEZE" });
    const revert = () =>
      call<{ failed: object[] }>("POST", `/api/runs/${runId}/revert`, { reason: "the campaign is off" });
    const first = (await revert()).body;
    expect(first).toMatchObject({ reverted: 1, skipped: 1, failed: [{ sku: "REV-C", code: "price_held" }] });
    await end(freeze.body.id);
    expect((await revert()).body).toEqual({ reverted: 1, skipped: 2, failed: [] });
    expect((await revert()).body).toEqual({ reverted: 0, skipped: 3, failed: [] });
    for (const sku of ["REV-A", "REV-C"]) expect(await servedPrice(sku)).toBe("20.00");
    expect((await ledgerOf("REV-A"))[0]).toMatchObject({
      ...{ to: "20.00", source: "base", cause: { kind: "rollback" }, reason: "the campaign is off" },
    });
    expect((await call("POST", "/api/runs/none/revert")).status).toBe(404);
  });
});

describe("an override", () => {
  it("that is ended ten times at once has ended once", async () => {
    await importProducts([productRow("TEN-A")]);
    const { body } = await create({ scope: "sku", key: "TEN-A", kind: "FIXED_PRICE", price: "15.00" });
    const answers = await Promise.all(Array.from({ length: 10 }, () => end(body.id)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(409)]);
    expect((await auditOf(body.id)).map(({ action }) => action)).toEqual(["override.end", "override.create"]);
    expect((await ledgerOf("TEN-A")).map(({ to }) => to)).toEqual(["20.00", "15.00", "20.00"]);
  });

  it("says how many products it concerns, and what it hides", async () => {
    const row = { category: "hidden", brand: "Veil" };
    await importProducts([
      productRow("HID-1", row),
      productRow("HID-2", row),
      productRow("HID-3", { brand: "Veil" }),
    ]);
    const fix = { kind: "FIXED_PRICE", price: "15.00" };
    const wide = await create({ scope: "category", key: "hidden", ...fix });
    const brand = await create({ scope: "brand", key: "Veil", ...fix, price: "16.00" });
    const narrow = await create({ scope: "sku", key: "HID-1", ...fix, price: "17.00" });
    const hidden = ({ body }: typeof wide) => (body.hides ?? []).map(({ id }) => id);
    expect([wide.body.products, brand.body.products, narrow.body.products]).toEqual([2, 3, 1]);
    expect([hidden(wide), hidden(brand)]).toEqual([[], [wide.body.id]]);
    expect(hidden(narrow).toSorted()).toEqual([wide.body.id, brand.body.id].toSorted());
    expect(narrow.body.underneath).toEqual({ price: "20.00", source: "base" });
    await end(narrow.body.id);
    const { body } = await call<{ items: (typeof wide.body)[] }>("GET", "/api/overrides?scope=brand");
    expect(body.items.map(({ hides }) => hides?.length)).toEqual([1]);
  });

  it.each([
    "category",
    "brand",
    "sku",
  ])("for a %s that no product has is refused, whatever it does", async (scope) => {
    for (const more of [
      { kind: "PRICE_FREEZE" },
      { kind: "FORCE_RULE_BASED" },
      { kind: "FIXED_PRICE", price: 1 },
    ]) {
      const { status, body } = await create({ scope, key: "nobody's", ...more });
      expect([status, body.errors?.[0]]).toMatchObject([422, { path: "key", code: `unknown_${scope}` }]);
    }
  });

  it("of many prices, or far from the present one, needs the reason that a HIGH proposal needs", async () => {
    await importProducts([productRow("WHY-1", { category: "reasons" })]);
    const fix = { kind: "FIXED_PRICE", price: "12.00", reason: "test" };
    const wide = await create({ scope: "category", key: "reasons", ...fix });
    const far = await create({ scope: "sku", key: "WHY-1", ...fix, price: "9.99" });
    expect([wide.body.code, far.body.code]).toEqual(["reason_required", "reason_required"]);
    expect((await create({ scope: "sku", key: "WHY-1", ...fix })).status).toBe(201);
    expect(
      (await create({ scope: "category", key: "reasons", kind: "PRICE_FREEZE", reason: "x" })).status,
    ).toBe(201);
  });
});
