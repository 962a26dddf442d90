import { beforeAll, describe, expect, it } from "vitest";
import { entryHash } from "../../domain/ledger/entries.ts";
import { holdScheduledRuns, importProducts, person, productRow, verify } from "./back-support.ts";
import { call, fetchAs } from "./support.ts";

interface Entry {
  seq: number;
  at: string;
  actor: string;
  actorId: string | null;
  action: string;
  detail: { changes?: { sku: string; before: object; after: object }[]; [field: string]: unknown };
}

const entries = async (query: string) =>
  (await call<{ items: Entry[] }>("GET", `/api/audit?limit=500&${query}`)).body.items;

beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts(["LOG-1", "LOG-2"].map((sku) => productRow(sku, { unitCost: "10.00" })));
  await importProducts([productRow("LOG-1", { unitCost: "11.00", minPrice: "12.00" })]);
  await call("PUT", "/api/products/LOG-1/price", { price: "20.90", reason: "by hand" });
});

describe("the audit of one SKU", () => {
  it("says what changed, before and after, and by whom", async () => {
    const of = await entries("sku=LOG-1");
    expect(of.map(({ action }) => action)).toEqual(["price.set", "products.import", "products.import"]);
    const change = of[1]!.detail.changes!.find(({ sku }) => sku === "LOG-1")!;
    expect(change).toMatchObject({
      before: { unitCost: 1_000, minPrice: null },
      after: { unitCost: 1_100, minPrice: 1_200 },
    });
    expect(of[0]).toMatchObject({ actor: "key:test", actorId: expect.stringMatching(/^key_/) });
    expect((await entries("sku=LOG-2")).map(({ action }) => action)).toEqual(["products.import"]);
    expect(await entries("sku=LOG-3")).toEqual([]);
  });

  it("is narrowed by kind, actor and time", async () => {
    const ann = await person("ann@log.test", "admin");
    await ann.call("PUT", "/api/settings", { markup: 0.7 });
    const byAnn = await entries(`actor=${ann.id}`);
    expect(byAnn).toMatchObject([{ action: "settings.change", detail: { after: { markup: 0.7 } } }]);
    expect((await entries("kind=products&sku=LOG-1")).map(({ action }) => action)).toEqual([
      "products.import",
      "products.import",
    ]);
    expect(await entries("kind=prod")).toEqual([]);
    const { at } = byAnn[0]!;
    expect((await entries(`from=${at}`)).every((entry) => entry.at >= at)).toBe(true);
    expect((await entries(`to=${at}&kind=settings`)).map(({ seq }) => seq)).toEqual([byAnn[0]!.seq]);
  });
});

describe("an export", () => {
  it.each(["ledger", "audit"] as const)("of the %s has every entry as it was hashed", async (chain) => {
    const response = await fetchAs(`/api/audit/export?chain=${chain}`);
    const lines = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { [chain]: head } = await verify();
    expect(lines).toHaveLength(head.count);
    for (const line of lines) expect(entryHash(line)).toBe(line.hash);
    expect(lines.at(-1).hash).toBe(head.head);
  });
});
