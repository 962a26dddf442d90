import { describe, expect, it } from "vitest";
import type { FeedVerdict } from "../../../domain/catalogue/feed-price.ts";
import { planImport, type StoredProduct } from "../../../domain/catalogue/plan-import.ts";
import { type CatalogueProduct, parseProduct } from "../../../domain/catalogue/product-row.ts";

function product(changes: Record<string, unknown> = {}): CatalogueProduct {
  const row = { sku: "LAMP", title: "Lamp", category: "light", price: "19.90", tags: ["a", "b"], ...changes };
  const parsed = parseProduct(row, null, "EUR");
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.product;
}

/** The catalogue's row after a proposal lowered the price that is served. */
const stored: StoredProduct = {
  ...product(),
  ...{ price: 1790, priceSource: "applied", version: 3, firstOnSaleAt: 0 },
};
const catalogue = new Map([[stored.sku, stored]]);

function plan(row: CatalogueProduct, verdict: FeedVerdict = { kind: "accepted" }, isPriced = true) {
  const rules = { isOverridden: () => false, judge: () => verdict };
  return planImport([{ product: row, isPriced }], catalogue, rules);
}

describe("planning an import", () => {
  it("inserts a SKU that is not in the catalogue", () => {
    expect(plan(product({ sku: "NEW" }))).toMatchObject({
      ...{ inserted: 1, updated: 0, unchanged: 0, changes: {}, steps: [{ kind: "insert" }] },
    });
  });

  it("does nothing when the imported price is the last one imported, even if another price is served", () => {
    expect(plan(product())).toMatchObject({
      steps: [],
      inserted: 0,
      updated: 0,
      unchanged: 1,
      settled: ["LAMP"],
    });
  });

  it("says nothing of the price where the row has none", () => {
    expect(plan(product(), undefined, false)).toMatchObject({ unchanged: 1, settled: [] });
  });

  it("makes a changed price the new base", () => {
    expect(plan(product({ price: "17.90" }))).toMatchObject({
      ...{ updated: 1, changes: { price: 1 }, settled: ["LAMP"] },
      steps: [{ kind: "update", rebase: true, product: { basePrice: 1790 } }],
    });
  });

  it.each([
    ["the title", { title: "Lamp, large" }, "title"],
    ["a tag", { tags: ["a"] }, "tags"],
    ["the order of tags", { tags: ["b", "a"] }, "tags"],
    ["a cost that was absent", { unitCost: 9 }, "unitCost"],
    ["the status", { status: "inactive" }, "status"],
  ])("updates %s without touching the price", (_, change, field) => {
    expect(plan(product(change))).toMatchObject({
      ...{ updated: 1, changes: { [field]: 1 }, steps: [{ kind: "update", rebase: false }] },
    });
  });

  it("keeps the base price while a new one is held, and takes the other fields", () => {
    const verdict = { kind: "held", code: "max_price", limit: 2000 } as const;
    expect(plan(product({ price: "25", title: "Lamp, large" }), verdict)).toMatchObject({
      ...{ updated: 1, changes: { title: 1 }, settled: [] },
      held: [{ sku: "LAMP", from: 1790, price: 2500, currency: "EUR", code: "max_price", limit: 2000 }],
      steps: [{ kind: "update", rebase: false, product: { basePrice: 1990 } }],
    });
  });

  it("keeps the base price when our own price comes back", () => {
    const verdict = { kind: "echo" } as const;
    expect(plan(product({ price: "17.90" }), verdict)).toMatchObject({
      unchanged: 1,
      echoed: ["LAMP"],
      held: [],
    });
  });
});
