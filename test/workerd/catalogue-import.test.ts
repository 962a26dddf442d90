import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { importProducts as importWithContext } from "../../services/catalogue/import-products.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import {
  expectSoundChains,
  type ImportBody,
  importProducts,
  ledgerOf,
  productRow,
  servedPrice,
} from "./back-support.ts";
import { call } from "./support.ts";

async function product(sku: string): Promise<Record<string, unknown>> {
  return (await call("GET", `/api/products/${encodeURIComponent(sku)}`)).body;
}

/** Everything that an import may write, as one text. */
async function stateOf(prefix: string): Promise<string> {
  const like = `${prefix}%`;
  const rows = await env.DB.batch([
    env.DB.prepare("SELECT * FROM products WHERE sku LIKE ?1 ORDER BY sku").bind(like),
    env.DB.prepare("SELECT * FROM price_ledger WHERE sku LIKE ?1 ORDER BY seq").bind(like),
    env.DB.prepare("SELECT count(*), max(seq) FROM audit"),
  ]);
  return JSON.stringify(rows.map(({ results }) => results));
}

async function setPrice(sku: string, price: string): Promise<void> {
  const { status } = await call("PUT", `/api/products/${sku}/price`, { price, reason: "test" });
  expect(status).toBe(200);
}

/** The receipt of a file that changes nothing. */
const NOTHING = {
  ...{ inserted: 0, updated: 0, unchanged: 0, rejected: [] },
  ...{ changes: {}, held: {}, echoes: 0 },
};

describe("importing CSV", () => {
  it("takes no column twice: nobody could say which of the two counts", async () => {
    const { status, body } = await importProducts("sku,title,category,price,price\nTWICE,a,b,1,2\n");
    expect([status, (body as unknown as { code: string }).code]).toEqual([400, "bad_request"]);
    expect((await call("GET", "/api/products/TWICE")).status).toBe(404);
  });

  it("takes columns in any order, a byte order mark, quotes, CRLF and empty cells", async () => {
    const csv = [
      '\uFEFFcategory,price,"title",sku,tags,taxRate,packSize,unitCost,gtin',
      'light,19.90,"Lamp, ""large""\nand round",CSV-1,new;sale,0.19,6,12.5,4006381333931',
      'light,5,Vase 24" tall,CSV-2,,,,,',
      "",
    ].join("\r\n");
    expect((await importProducts(csv)).body).toMatchObject({ ...NOTHING, inserted: 2 });
    expect(await product("CSV-1")).toMatchObject({
      title: 'Lamp, "large"\nand round',
      price: "19.90",
      basePrice: "19.90",
      priceSource: "base",
      tags: ["new", "sale"],
      taxRate: 0.19,
      packSize: 6,
      unitCost: "12.50",
      gtin: "4006381333931",
      currency: "EUR",
      status: "active",
    });
    const vase = await product("CSV-2");
    expect(vase).toMatchObject({ title: 'Vase 24" tall', price: "5.00" });
    expect(Object.keys(vase)).not.toContain("unitCost");
  });

  it("rejects bad rows by line and code, and lets their neighbours through", async () => {
    const csv = [
      "sku,title,category,price,taxRate", // line 1
      "BAD-1,Fine,things,1.00,",
      "BAD-2,Free,things,0,", // 3
      "BAD-3,Negative,things,-1,", // 4
      "BAD-4,Huge,things,1000000000000000,", // 5
      "BAD-5,NaN,things,NaN,", // 6
      ",No SKU,things,1.00,", // 7
      "BAD-6,Short,things", // 8
      "BAD-7,Long,things,1.00,0.1,what,is,this", // 9
      "BAD-8,Tax in words,things,1.00,much", // 10
      "BAD-9,Also fine,things,2.00,0.07",
    ].join("\n");
    const { body } = await importProducts(csv);
    expect(body.inserted).toBe(2);
    expect(body.rejected.map(({ line, code }) => `${line} ${code}`)).toEqual([
      "3 non_positive_price",
      "4 non_positive_price",
      "5 price_too_large",
      "6 bad_price",
      "7 missing_field",
      "8 bad_csv",
      "9 bad_csv",
      "10 wrong_type",
    ]);
    expect(await product("BAD-9")).toMatchObject({ price: "2.00", taxRate: 0.07 });
    expect(await product("BAD-1")).toMatchObject({ price: "1.00" });
  });

  it("with a column nobody knows leaves it out, and says so", async () => {
    const { body } = await importProducts("sku,title,category,price,colour\nCOL-1,A,b,1,red\nCOL-2,A,b,1,");
    expect(body).toMatchObject({ inserted: 2, rejected: [], ignoredColumns: ["colour"] });
  });

  it("over 20 MB is too large", async () => {
    const headers = { "content-type": "text/csv" };
    const answer = await call("POST", "/api/import/products", new Uint8Array(20_000_001), headers);
    expect([answer.status, answer.body.code]).toEqual([413, "too_large"]);
  });
});

describe("importing JSON lines", () => {
  it("rejects lines that are no JSON, no object or no product, and takes the others", async () => {
    const text = [
      JSON.stringify(productRow("JL-1", { price: { minor: 1234, currency: "EUR" } })),
      "{not json",
      "",
      "[]",
      "null",
      '"JL-2"',
      JSON.stringify(productRow("JL-3", { price: true })),
      JSON.stringify(productRow("JL-4", { price: 12.345 })),
      JSON.stringify(productRow("JL-5", { minPrice: 30, maxPrice: 20 })),
      JSON.stringify(productRow("JL-6")),
    ].join("\n");
    const answer = await call<ImportBody>("POST", "/api/import/products", text, {
      "content-type": "application/x-ndjson",
    });
    expect(answer.body.inserted).toBe(2);
    expect(answer.body.rejected.map(({ line, code }) => `${line} ${code}`)).toEqual([
      "2 bad_json",
      "4 wrong_type",
      "5 wrong_type",
      "6 wrong_type",
      "7 wrong_type",
      "8 bad_price",
      "9 invalid",
    ]);
    expect(await product("JL-1")).toMatchObject({ price: "12.34" });
  });

  it("counts a SKU named twice once, with the later line", async () => {
    const { body } = await importProducts([
      productRow("TWICE", { price: 1 }),
      productRow("TWICE", { price: 2 }),
    ]);
    expect(body).toMatchObject({ inserted: 1, unchanged: 1 });
    expect(await product("TWICE")).toMatchObject({ basePrice: "2.00" });
    expect(await ledgerOf("TWICE")).toHaveLength(1);
  });

  it("of more products than one batch holds enters each once, in a sound chain", async () => {
    const rows = Array.from({ length: 1_201 }, (_, i) => productRow(`MANY-${String(i).padStart(4, "0")}`));
    expect((await importProducts(rows)).body).toMatchObject({ inserted: 1_201, rejected: [] });
    const entries = await env.DB.prepare(
      "SELECT count(DISTINCT sku) AS n FROM price_ledger WHERE sku LIKE 'MANY-%'",
    );
    expect(await entries.first("n")).toBe(1_201);
    await expectSoundChains();
    expect((await importProducts(rows)).body).toMatchObject({ inserted: 0, updated: 0, unchanged: 1_201 });
  });
});

describe("a dry run", () => {
  it("tells what would become of each line, and writes nothing", async () => {
    await importProducts([productRow("DRY-1")]);
    const before = await stateOf("DRY-");
    const rows = [productRow("DRY-1", { price: 19 }), productRow("DRY-2"), productRow("DRY-3", { price: 0 })];
    const { body } = await importProducts(rows, "?dryRun=true");
    expect(body).toMatchObject({ inserted: 1, updated: 1, changes: { price: 1 }, rejected: [{ line: 3 }] });
    expect(await stateOf("DRY-")).toBe(before);
  });
});

describe("the same file twice", () => {
  it("is all unchanged, and changes no row", async () => {
    const rows = [
      productRow("SAME-1", { unitCost: "9.99", taxRate: 0.19, tags: ["a"], family: "f" }),
      productRow("SAME-2", { price: 0.1 }),
    ];
    await importProducts(rows);
    const before = await stateOf("SAME-");
    const changes = countingChanges();
    const ctx = { ...serviceContext(env, systemActor("test")), d1: changes.d1 };
    const again = await importWithContext(
      ctx,
      rows.map((value, i) => ({ line: i + 1, value })),
      { dryRun: false },
    );
    expect(again).toMatchObject({ ...NOTHING, unchanged: 2 });
    expect(changes.writes()).toBe(0);
    expect((await importProducts(rows.toReversed())).body).toMatchObject({ unchanged: 2 });
    expect(await stateOf("SAME-")).toBe(before);
  });

  /** The database, counting the batches that go through it: every write of a verb is one. */
  function countingChanges() {
    let writes = 0;
    const d1 = new Proxy(env.DB, {
      get(target, name) {
        if (name === "batch")
          return async (statements: D1PreparedStatement[]) => {
            const results = await target.batch(statements);
            writes += results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
            return results;
          };
        return Reflect.get(target, name).bind(target);
      },
    });
    return { d1, writes: () => writes };
  }
});

describe("an imported price", () => {
  it("that was imported before leaves the applied price alone", async () => {
    await importProducts([productRow("BASE-1", { price: "20.00" })]);
    await setPrice("BASE-1", "18.00");
    const { body } = await importProducts([productRow("BASE-1", { price: "20.00", title: "Renamed" })]);
    expect(body).toMatchObject({ updated: 1 });
    expect(await product("BASE-1")).toMatchObject({
      title: "Renamed",
      price: "18.00",
      basePrice: "20.00",
      priceSource: "applied",
    });
    expect((await ledgerOf("BASE-1")).map(({ to }) => to)).toEqual(["18.00", "20.00"]);
  });

  it("that changed becomes the base and the price, with cause import, and tells the shard", async () => {
    await importProducts([productRow("BASE-2", { price: "20.00" })]);
    await setPrice("BASE-2", "18.00");
    await importProducts([productRow("BASE-2", { price: "21.00" })]);
    expect(await product("BASE-2")).toMatchObject({
      price: "21.00",
      basePrice: "21.00",
      priceSource: "base",
    });
    expect(await servedPrice("BASE-2")).toBe("21.00");
    expect(await ledgerOf("BASE-2")).toMatchObject([
      { from: "18.00", to: "21.00", source: "base", cause: { kind: "import" }, actor: "key:test" },
      { from: "20.00", to: "18.00", source: "applied", cause: { kind: "manual" } },
      { from: null, to: "20.00", source: "base", cause: { kind: "import" } },
    ]);
    await expectSoundChains();
    const outbox = env.DB.prepare("SELECT count(*) AS n FROM outbox WHERE body LIKE '%BASE-2%'");
    await vi.waitUntil(async () => (await outbox.first("n")) === 0, 20_000); // delivered and settled
  });

  it("that changed supersedes what was proposed or approved from the old one", async () => {
    await importProducts([productRow("BASE-3"), productRow("BASE-4")]);
    const insert = env.DB.prepare(
      `INSERT INTO proposals (id, sku, category, from_price, to_price, currency, change_pct, risk, risk_reasons, strategy,
         confidence, expected, explanation, status, approvals, created_at, expires_at)
       VALUES (?1, ?2, 'things', 2000, 2100, 'EUR', 5, 'LOW', '[]', 'test', 1, '{}', '{}', ?3, '[]', 0, 9e15)`,
    );
    await env.DB.batch([
      insert.bind("b3-pending", "BASE-3", "pending"),
      insert.bind("b3-approved", "BASE-3", "approved"),
      insert.bind("b3-rejected", "BASE-3", "rejected"),
      insert.bind("b4-pending", "BASE-4", "pending"),
    ]);
    await importProducts([productRow("BASE-3", { price: "25.00" }), productRow("BASE-4", { title: "New" })]);
    const rows = await env.DB.prepare(
      "SELECT id, status FROM proposals WHERE id LIKE 'b_-%' ORDER BY id",
    ).all();
    expect(rows.results).toEqual([
      { id: "b3-approved", status: "superseded" },
      { id: "b3-pending", status: "superseded" },
      { id: "b3-rejected", status: "rejected" },
      { id: "b4-pending", status: "pending" },
    ]);
  });
});
