import { beforeAll, describe, expect, it } from "vitest";
import { auditOf, fetchRaw, importProducts, productRow, runToEnd } from "./back-support.ts";
import { adminKey, call, observation, postObservations } from "./support.ts";

interface Page {
  items: Record<string, unknown>[];
  nextCursor: string | null;
  total?: number;
  facets?: Record<string, { value: unknown; count: number }[]>;
}

async function page(path: string, query: Record<string, string>): Promise<Page> {
  const { status, body } = await call<Page>("GET", `${path}?${new URLSearchParams(query)}`);
  expect([status, path]).toEqual([200, path]);
  return body;
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

beforeAll(async () => {
  await importProducts(["L_1", "LA1", "L%1"].map((sku) => productRow(sku.replace("%", "+"), { title: sku })));
  const prices = ["20.00", "17.60", "20.00", "17.40"];
  for (const competitor of ["acme", "bolt"]) {
    const receipt = await postObservations(
      "scraper",
      `moves-${competitor}`,
      prices.map((price, i) => observation("L_1", price, { competitor, observedAt: ago(60 - i) })),
    );
    expect(receipt).toMatchObject({ accepted: prices.length });
  }
  for (const name of ["a", "b"]) await call("POST", "/api/keys", { name, scopes: ["read"] });
  for (const id of ["one", "two"]) await call("POST", "/api/sources", { id });
  const rates = ["2026-01-01", "2026-01-02"].flatMap((day) =>
    ["USD", "GBP"].map((quote) => ({ base: "EUR", quote, day, rate: "1.1" })),
  );
  await call("POST", "/api/fx-rates", { rates });
  for (const key of ["L_1", "LA1"])
    await call("POST", "/api/overrides", { scope: "sku", key, kind: "PRICE_FREEZE", reason: "a list" });
  for (const kind of ["features", "features", "proposals"]) await runToEnd({ kind });
});

describe("a list", () => {
  it.each([
    "/api/products",
    "/api/competitors",
    "/api/signals",
    "/api/movements",
    "/api/runs",
    "/api/overrides",
    "/api/keys",
    "/api/sources",
    "/api/fx-rates",
    "/api/audit",
    "/api/products/L_1/history",
  ])("%s comes in pages that together are the whole of it", async (path) => {
    const whole = await page(path, { limit: "500" });
    expect(whole.nextCursor).toBeNull();
    expect(whole.items.length).toBeGreaterThan(path.endsWith("/history") ? 0 : 1);
    const walked: unknown[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { items, nextCursor }: Page = await page(path, { limit: "1", ...(cursor ? { cursor } : {}) });
      expect(items).toHaveLength(1);
      walked.push(...items);
      cursor = nextCursor;
    }
    expect(walked).toEqual(whole.items);
  });

  it.each(["0", "501", "many"])("takes no limit of %s", async (limit) => {
    expect((await call("GET", `/api/runs?limit=${limit}`)).status).toBe(422);
  });

  it("takes no cursor of another list", async () => {
    const { nextCursor } = await page("/api/products", { limit: "1" });
    const { status, body } = await call("GET", `/api/runs?cursor=${nextCursor}`);
    expect([status, body.code]).toEqual([400, "bad_request"]);
  });
});

describe("searching products", () => {
  it.each([
    ["L_1", ["L_1"]],
    ["l%1", ["L+1"]],
    ["%", ["L+1"]],
    ["\\", []],
    ["la", ["LA1"]],
  ])("for %s takes every character for itself", async (q, skus) => {
    expect((await page("/api/products", { q })).items.map(({ sku }) => sku)).toEqual(skus);
  });
});

describe("the ledger of a product that is not there", () => {
  it("is not found", async () => {
    const { status, body } = await call("GET", "/api/products/NO-SUCH/history");
    expect([status, body.code]).toEqual([404, "not_found"]);
  });
});

describe("an exchange rate", () => {
  it("of a currency to itself is refused, and nothing is audited", async () => {
    const before = await auditOf("fx_rates");
    const rates = [{ base: "EUR", quote: "EUR", day: "2026-01-01", rate: "2" }];
    expect((await call("POST", "/api/fx-rates", { rates })).status).toBe(422);
    expect(await auditOf("fx_rates")).toEqual(before);
  });
});

describe("the price that is served", () => {
  it("is not sent again to a shop that has it, however it says so", async () => {
    const etag = (await fetchRaw("/api/price/LA1")).headers.get("etag")!;
    const asked = async (tag: string) =>
      (await fetchRaw("/api/price/LA1", { headers: { "if-none-match": tag } })).status;
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"])
      expect([tag, await asked(tag)]).toEqual([tag, 304]);
    expect(await asked('"other"')).toBe(200);
  });
});

describe("the order and the size of a list", () => {
  it.each([
    ["/api/products", "sku", "title", "price", "-price", "margin"],
    ["/api/signals", "openedAt", "-priority", "-severity", "competitor"],
    ["/api/runs", "createdAt", "-createdAt"],
    ["/api/overrides", "expiresAt", "-key"],
  ])("%s is the same rows in each order, page by page, ties too", async (path, ...sorts) => {
    const whole = await page(path, { limit: "500" });
    const ids = (items: Page["items"]) => items.map((item) => item.id ?? item.sku);
    for (const sort of sorts) {
      const walked: Page["items"] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const part: Page = await page(path, { limit: "2", sort, ...(cursor ? { cursor } : {}) });
        walked.push(...part.items);
        cursor = part.nextCursor;
      }
      expect(ids(walked).sort()).toEqual(ids(whole.items).sort());
      expect(walked).toEqual((await page(path, { limit: "500", sort })).items);
    }
  });

  it("says on its first page how many rows it has, whatever the page shows", async () => {
    const first = await page("/api/products", { limit: "1" });
    expect(first.total).toBe((await page("/api/products", { limit: "500" })).items.length);
    expect((await page("/api/products", { limit: "1", q: "LA1" })).total).toBe(1);
  });

  it("counts the values of the columns that are asked for, among the rows that were found", async () => {
    const { facets, total } = await page("/api/runs", { limit: "1", facets: "kind,status" });
    expect(facets?.kind).toEqual([
      { value: "features", count: 2 },
      { value: "proposals", count: 1 },
    ]);
    expect(total).toBe(3);
    const found = await page("/api/runs", { facets: "kind", kind: "proposals" });
    expect(found.facets?.kind).toEqual([{ value: "proposals", count: 1 }]);
  });

  it("takes only orders and facets that it has, and no cursor of another order", async () => {
    expect((await call("GET", "/api/products?sort=secret")).status).toBe(422);
    expect((await call("GET", "/api/products?facets=secret")).status).toBe(422);
    const { nextCursor } = await page("/api/products", { limit: "1", sort: "price" });
    const { status } = await call("GET", `/api/products?sort=title&cursor=${nextCursor}`);
    expect(status).toBe(400);
  });
});

describe("a list as CSV", () => {
  const read = async (path: string) =>
    fetchRaw(path, { headers: { accept: "text/csv", authorization: `Bearer ${await adminKey()}` } });

  it("is the whole list, with the documented fields as columns", async () => {
    const answer = await read("/api/products?limit=1&sort=-sku");
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const lines = (await answer.text()).trim().split("\r\n");
    const { items } = await page("/api/products", { limit: "500", sort: "-sku" });
    expect(lines).toHaveLength(items.length + 1);
    expect(lines[0]).toMatch(/^sku,title,/);
    expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(items.map(({ sku }) => sku));
  });

  it("shows a text that a spreadsheet would run as text", async () => {
    await importProducts([productRow("formula", { title: "=1+1" })]);
    expect(await (await read("/api/products?q=formula")).text()).toContain("formula,'=1+1,");
  });

  it("answers an error as one", async () => {
    const answer = await read("/api/products?sort=secret");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([422, "application/problem+json"]);
  });
});
