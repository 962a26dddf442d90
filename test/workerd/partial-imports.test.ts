import { describe, expect, it } from "vitest";
import { importProducts, ledgerOf, person, productRow, servedPrice } from "./back-support.ts";
import { call } from "./support.ts";

type Product = Record<string, unknown> & { heldPrice?: { id: string; price: string; code: string } };
type Held = { id: string; sku: string; code: string; message: string; status: string; price: string };

const REASON = "the season begins: agreed with the buyer of the category";

async function product(sku: string): Promise<Product> {
  return (await call<Product>("GET", `/api/products/${sku}`)).body;
}

async function held(sku: string, status = "held"): Promise<Held[]> {
  return (await call<{ items: Held[] }>("GET", `/api/held-prices?sku=${sku}&status=${status}`)).body.items;
}

const settings = (change: object) => call("PUT", "/api/settings", change);
const setPrice = (sku: string, price: string) =>
  call("PUT", `/api/products/${sku}/price`, { price, reason: REASON });
const analyst = () => person(`analyst-${crypto.randomUUID()}@shop.test`, "analyst");

const LIMITED = {
  ...{ unitCost: "10.00", minPrice: "15.00", maxPrice: "30.00", mapPrice: "16.00", taxRate: 0.19 },
  ...{ gtin: "4006381333931", family: "lamps" },
};

describe("an import without some columns", () => {
  it("leaves their fields, and counts what changes by field", async () => {
    await importProducts([productRow("PART-1", LIMITED)]);
    const csv = "sku,title,category,price\nPART-1,New title,things,21.00\n";
    const dry = await importProducts(csv, "?dryRun=true");
    const { body } = await importProducts(csv);
    expect(body).toEqual(dry.body);
    expect(body).toMatchObject({ updated: 1, changes: { title: 1, price: 1 } });
    expect(await product("PART-1")).toMatchObject({ ...LIMITED, price: "21.00", title: "New title" });
    expect((await setPrice("PART-1", "1.00")).body.code).toBe("guardrail_blocked");
  });

  it("may have two columns, or lines of two fields, for products that are known", async () => {
    await importProducts([productRow("PART-2", LIMITED), productRow("PART-3", LIMITED)]);
    const { body } = await importProducts("sku,price\nPART-2,21.00\nPART-X,5.00\n");
    expect(body).toMatchObject({ updated: 1, rejected: [{ line: 3, code: "missing_field" }] });
    expect((await importProducts([{ sku: "PART-3", price: 21 }])).body).toMatchObject({ updated: 1 });
    for (const sku of ["PART-2", "PART-3"])
      expect(await product(sku)).toMatchObject({ ...LIMITED, price: "21.00" });
  });

  it("clears what a cell leaves empty only where it is asked to", async () => {
    await importProducts([productRow("PART-4", LIMITED), productRow("PART-5", LIMITED)]);
    const csv = "sku,price,minPrice,mapPrice,family\nPART-4,20.00,,,lamps\n";
    expect((await importProducts(csv)).body).toMatchObject({ unchanged: 1, changes: {} });
    expect((await importProducts(csv, "?emptyMeans=clear")).body).toMatchObject({
      ...{ updated: 1, changes: { minPrice: 1, mapPrice: 1 } },
    });
    const { minPrice: _, mapPrice: __, ...left } = LIMITED;
    expect(await product("PART-4")).toMatchObject(left);
    expect(Object.keys(await product("PART-4"))).not.toContain("minPrice");
    const lines = [{ sku: "PART-5", minPrice: null, mapPrice: "" }];
    expect((await importProducts(lines)).body).toMatchObject({ unchanged: 1 });
    expect((await importProducts(lines, "?emptyMeans=clear")).body.updated).toBe(1);
    expect(Object.keys(await product("PART-5"))).not.toContain("mapPrice");
  });

  it("cannot change a product's currency; the other rows go through", async () => {
    await importProducts([productRow("CUR-1", { currency: "USD" })]);
    const { body } = await importProducts([
      productRow("CUR-0"),
      productRow("CUR-1", { currency: "EUR" }),
      productRow("CUR-2", { currency: "JPY", price: "2000" }),
    ]);
    expect(body).toMatchObject({ inserted: 2, rejected: [{ line: 2, code: "currency_mismatch" }] });
    expect(await product("CUR-1")).toMatchObject({ currency: "USD" });
    expect(await product("CUR-2")).toMatchObject({ currency: "JPY", price: "2000" });
  });
});

describe("a change of one product", () => {
  it("leaves what it does not name, and clears what is null", async () => {
    await importProducts([productRow("PAT-1", LIMITED)]);
    const patched = await call<Product>("PATCH", "/api/products/PAT-1", { title: "Patched", family: null });
    expect(patched).toMatchObject({
      status: 200,
      body: { title: "Patched", minPrice: "15.00", price: "20.00" },
    });
    expect(Object.keys(patched.body)).not.toContain("family");
    expect((await call("PATCH", "/api/products/PAT-1", { mapPrice: "31" })).status).toBe(422);
    expect((await call("PATCH", "/api/products/PAT-1", { sku: "PAT-2" })).status).toBe(422);
    expect((await call("PATCH", "/api/products/NOBODY", { title: "x" })).status).toBe(404);
  });

  it("replaces it whole with PUT", async () => {
    await importProducts([productRow("PAT-3", LIMITED)]);
    const { body } = await call<Product>("PUT", "/api/products/PAT-3", productRow("PAT-3"));
    for (const field of Object.keys(LIMITED)) expect(Object.keys(body)).not.toContain(field);
  });
});

describe("a price that comes back from the shop", () => {
  it("is no base price while we served it lately", async () => {
    await importProducts([productRow("ECHO-1", { price: "100.00" })]);
    await setPrice("ECHO-1", "110.00");
    await setPrice("ECHO-1", "105.00");
    const { body } = await importProducts("sku,price\nECHO-1,110.00\n");
    expect(body).toMatchObject({ updated: 0, unchanged: 1, echoes: 1, changes: {} });
    expect(await product("ECHO-1")).toMatchObject({ price: "105.00", basePrice: "100.00" });
    expect((await importProducts([{ sku: "ECHO-1", price: "105.00" }])).body.echoes).toBe(1);
    await importProducts([{ sku: "ECHO-1", price: "111.00" }]);
    expect(await product("ECHO-1")).toMatchObject({ price: "111.00", basePrice: "111.00" });
  });

  it("is one again if it was a base price before", async () => {
    await importProducts([productRow("ECHO-2")]);
    for (const price of ["21.00", "20.00", "21.00"]) await importProducts([{ sku: "ECHO-2", price }]);
    expect((await ledgerOf("ECHO-2")).map(({ to }) => to)).toEqual(["21.00", "20.00", "21.00", "20.00"]);
  });
});

describe("a feed's price that is not believed", () => {
  it.each([
    ["below the least price", "14.99", "min_price"],
    ["above the greatest", "30.01", "max_price"],
    ["below the advertised price", "15.50", "map"],
    ["far from the present one", "27.00", "feed_max_step"],
  ])("%s is held, not served", async (_, price, code) => {
    const sku = `HELD-${code}`;
    await importProducts([productRow(sku, LIMITED)]);
    const first = await importProducts([{ sku, price, title: "New" }]);
    expect(first.body).toMatchObject({ updated: 1, changes: { title: 1 }, held: { [code]: 1 } });
    expect(await servedPrice(sku)).toBe("20.00");
    expect(await product(sku)).toMatchObject({ basePrice: "20.00", heldPrice: { price, code } });
    const again = await importProducts([{ sku, price, title: "New" }]);
    expect(again.body).toMatchObject({ updated: 0, unchanged: 1, held: { [code]: 1 } });
    expect(await held(sku)).toHaveLength(1);
  });

  it("gives way to the feed's next one", async () => {
    await importProducts([productRow("HELD-A", LIMITED)]);
    await importProducts([{ sku: "HELD-A", price: "27.00" }]);
    await importProducts([{ sku: "HELD-A", price: "28.00" }]);
    expect(await held("HELD-A")).toMatchObject([
      { price: "28.00", message: "28.00 EUR is 40.0 % above 20.00 EUR" },
    ]);
    await importProducts([{ sku: "HELD-A", price: "20.00" }]);
    expect(await held("HELD-A")).toEqual([]);
    expect((await held("HELD-A", "superseded")).map(({ price }) => price)).toEqual(["28.00", "27.00"]);
  });

  it("is served once it is released: by whoever sent it with a reason, by anybody else without", async () => {
    await importProducts([productRow("HELD-B", LIMITED), productRow("HELD-C", LIMITED)]);
    await importProducts([
      { sku: "HELD-B", price: "27.00" },
      { sku: "HELD-C", price: "27.00" },
    ]);
    const [[b], [c]] = [await held("HELD-B"), await held("HELD-C")];
    const release = `/api/held-prices/${b!.id}/release`;
    expect((await call("POST", release)).body.code).toBe("reason_required");
    expect(await call("POST", release, { note: REASON })).toMatchObject({
      ...{ status: 200, body: { status: "released", decidedBy: "key:test", note: REASON } },
    });
    const bob = await person("bob@shop.test", "approver");
    expect((await bob.call("POST", `/api/held-prices/${c!.id}/release`)).status).toBe(200);
    for (const sku of ["HELD-B", "HELD-C"])
      expect(await product(sku)).toMatchObject({ price: "27.00", basePrice: "27.00", priceSource: "base" });
    expect((await ledgerOf("HELD-B"))[0]).toMatchObject({
      to: "27.00",
      cause: { kind: "import", id: b!.id },
    });
    expect((await call("POST", release, { note: REASON })).body.code).toBe("illegal_transition");
    expect((await importProducts([{ sku: "HELD-B", price: "27.00" }])).body.unchanged).toBe(1);
  });

  it("is not released while it breaks a limit, and may be discarded", async () => {
    await importProducts([productRow("HELD-D", LIMITED)]);
    await importProducts([{ sku: "HELD-D", price: "14.00" }]);
    const [{ id }] = (await held("HELD-D")) as [Held];
    const body = { note: REASON };
    expect((await call("POST", `/api/held-prices/${id}/release`, body)).body.code).toBe("guardrail_blocked");
    expect((await call("POST", `/api/held-prices/${id}/discard`)).body).toMatchObject({
      status: "discarded",
    });
    expect((await call("POST", `/api/held-prices/${id}/discard`)).status).toBe(409);
    expect((await call("POST", "/api/held-prices/none/discard")).status).toBe(404);
  });
});

describe("a feed that may write, but not approve", () => {
  it("never changes a price that is served, whichever way it comes", async () => {
    await importProducts([productRow("RIGHT-1", LIMITED)]);
    const { call: asked } = await analyst();
    const body = productRow("RIGHT-1", { ...LIMITED, price: "21.00" });
    await asked("PATCH", "/api/products/RIGHT-1", { price: "21.00" });
    await asked("PUT", "/api/products/RIGHT-1", body);
    const type = { "content-type": "text/csv" };
    const imported = await asked("POST", "/api/import/products", "sku,price\nRIGHT-1,21.00\n", type);
    expect(imported.body).toMatchObject({ unchanged: 1, held: { approval_needed: 1 } });
    expect(await servedPrice("RIGHT-1")).toBe("20.00");
    const [{ id }] = (await held("RIGHT-1")) as [Held];
    expect((await asked("POST", `/api/held-prices/${id}/release`)).status).toBe(403);
    expect((await call("POST", `/api/held-prices/${id}/release`)).status).toBe(200);
    expect(await servedPrice("RIGHT-1")).toBe("21.00");
  });

  it("adds new products, and sets prices where the install trusts its feeds", async () => {
    const { call: asked } = await analyst();
    expect((await asked("POST", "/api/products", productRow("RIGHT-2"))).status).toBe(201);
    await settings({ feedPricesTrusted: true });
    await asked("PATCH", "/api/products/RIGHT-2", { price: "21.00" });
    await settings({ feedPricesTrusted: false });
    expect(await servedPrice("RIGHT-2")).toBe("21.00");
  });
});

describe("a price set by hand that moves far", () => {
  it("needs the reason that a HIGH proposal needs", async () => {
    await importProducts([productRow("FAR-1", { price: "100.00" })]);
    const set = (price: string, reason: string) =>
      call("PUT", "/api/products/FAR-1/price", { price, reason });
    for (const price of ["300.00", "1.00", "84.99"])
      expect((await set(price, "test")).body.code).toBe("reason_required");
    expect((await set("85.00", "test")).status).toBe(200);
    expect((await set("300.00", REASON)).status).toBe(200);
  });
});
