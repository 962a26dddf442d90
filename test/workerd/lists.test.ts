import { beforeAll, describe, expect, it } from "vitest";
import { auditOf, fetchRaw, importProducts, productRow, runToEnd } from "./back-support.ts";
import { call, observation, postObservations } from "./support.ts";

interface Page {
  items: Record<string, unknown>[];
  nextCursor: string | null;
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
