import { describe, expect, it } from "vitest";
import {
  auditOf,
  expectSoundChains,
  importProducts,
  ledgerOf,
  productRow,
  servedPrice,
} from "./back-support.ts";
import { call } from "./support.ts";

type Body = Record<string, unknown> & { code: string; errors: { path: string; code: string }[] };

async function product(sku: string): Promise<Record<string, unknown>> {
  return (await call("GET", `/api/products/${encodeURIComponent(sku)}`)).body;
}

describe("a product", () => {
  it("is added once, and read back as it was sent", async () => {
    const row = productRow("ONE-1", { brand: "Acme", minPrice: "10.00", maxPrice: "30.00", msrp: "29.00" });
    const made = await call("POST", "/api/products", row);
    expect(made.status).toBe(201);
    const { price, ...rest } = row;
    expect(made.body).toMatchObject({ ...rest, price, basePrice: price });
    expect(await product("ONE-1")).toEqual(made.body);
    const again = await call("POST", "/api/products", row);
    expect([again.status, again.body.code]).toEqual([409, "conflict"]);
    expect((await auditOf("products"))[0]).toMatchObject({ action: "products.import", actor: "key:test" });
  });

  it("is added once by two requests at the same instant", async () => {
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => (await call("POST", "/api/products", productRow("RACE-1"))).status),
    );
    expect(statuses).toContain(201);
    expect(await ledgerOf("RACE-1")).toHaveLength(1);
    await expectSoundChains();
  });

  it("is replaced whole: what is left out is gone", async () => {
    await call("POST", "/api/products", productRow("REP-1", { brand: "Acme", unitCost: "5.00" }));
    const replaced = await call("PUT", "/api/products/REP-1", {
      title: "New",
      category: "other",
      price: "22.00",
    });
    expect(replaced.status).toBe(200);
    expect(replaced.body).toMatchObject({
      title: "New",
      category: "other",
      price: "22.00",
      basePrice: "22.00",
    });
    expect(replaced.body).not.toHaveProperty("brand");
    expect((await ledgerOf("REP-1"))[0]).toMatchObject({
      from: "20.00",
      to: "22.00",
      cause: { kind: "import" },
    });
  });

  it.each<[string, string, string, unknown, number, string, string | undefined]>([
    ["that is not there cannot be read", "GET", "NONE", undefined, 404, "not_found", undefined],
    ["that is not there cannot be replaced", "PUT", "NONE", productRow("NONE"), 404, "not_found", undefined],
    ["cannot be renamed", "PUT", "KNOWN", productRow("OTHER"), 422, "invalid", "sku"],
    ["cannot get a field nobody knows", "PUT", "KNOWN", productRow("KNOWN", { x: 1 }), 422, "invalid", "x"],
    ["needs a price", "PUT", "KNOWN", { title: "a", category: "b" }, 422, "invalid", "price"],
    ["cannot cost nothing", "PUT", "KNOWN", productRow("KNOWN", { price: 0 }), 422, "invalid", "price"],
    [
      "cannot have limits that contradict each other",
      "PUT",
      "KNOWN",
      productRow("KNOWN", { minPrice: 3, maxPrice: 2 }),
      422,
      "invalid",
      "minPrice",
    ],
    [
      "cannot change its currency",
      "PUT",
      "KNOWN",
      productRow("KNOWN", { currency: "USD" }),
      422,
      "invalid",
      "currency",
    ],
  ])("%s", async (_, method, sku, body, status, code, path) => {
    await importProducts([productRow("KNOWN")]);
    const answer = await call<Body>(method, `/api/products/${sku}`, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.errors?.[0]?.path).toBe(path);
  });

  it("with a slash in its SKU is reached by its encoded path", async () => {
    await importProducts([productRow("A/B:c+1")]);
    expect(await product("A/B:c+1")).toMatchObject({ sku: "A/B:c+1" });
    expect(await servedPrice("A/B:c+1")).toBe("20.00");
  });
});

describe("the list of products", () => {
  it("pages through all of them once, in SKU order", async () => {
    const skus = Array.from({ length: 7 }, (_, i) => `PAGE-${i}`);
    await importProducts(skus.map((sku) => productRow(sku, { brand: "pages" })));
    const seen: string[] = [];
    let cursor: string | null = "";
    let pages = 0;
    while (cursor !== null) {
      const query: string = `limit=3&brand=pages${cursor ? `&cursor=${cursor}` : ""}`;
      const answer = await call<{ items: { sku: string }[]; nextCursor: string | null }>(
        "GET",
        `/api/products?${query}`,
      );
      expect(answer.body.items.length).toBeLessThanOrEqual(3);
      seen.push(...answer.body.items.map(({ sku }) => sku));
      cursor = answer.body.nextCursor;
      pages++;
    }
    expect(seen).toEqual(skus);
    expect(pages).toBe(3);
  });

  it("finds by text, brand, category and status", async () => {
    await importProducts([
      productRow("FIND-1", { title: "Blue whale", brand: "Ocean", category: "toys" }),
      productRow("FIND-2", { title: "Red fox", brand: "Forest", category: "toys", status: "inactive" }),
      productRow("FIND-3", { title: "100% wool", brand: "Ocean", category: "socks" }),
    ]);
    const found = async (query: string) => {
      const { body } = await call<{ items: { sku: string }[] }>("GET", `/api/products?${query}`);
      return body.items.map(({ sku }) => sku);
    };
    expect(await found("q=WHALE")).toEqual(["FIND-1"]);
    expect(await found("q=find-")).toEqual(["FIND-1", "FIND-2", "FIND-3"]);
    expect(await found("brand=Ocean")).toEqual(["FIND-1", "FIND-3"]);
    expect(await found("category=toys&status=inactive")).toEqual(["FIND-2"]);
    expect(await found("category=toys&brand=Ocean&status=inactive")).toEqual([]);
  });

  it.each(["limit=0", "limit=501", "limit=x", "status=gone", "sort=secret"])("refuses %s", async (query) => {
    expect((await call("GET", `/api/products?${query}`)).status).toBe(422);
  });

  it.each(["nonsense", "W10", "WzFd", "%C3%A9"])("refuses the cursor %s", async (cursor) => {
    const answer = await call("GET", `/api/products?cursor=${cursor}`);
    expect([answer.status, answer.body.code]).toEqual([400, "bad_request"]);
  });
});
