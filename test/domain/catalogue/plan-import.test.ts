import { describe, expect, it } from "vitest";
import { planImport, type StoredProduct } from "../../../domain/catalogue/plan-import.ts";
import { type CatalogueProduct, parseProduct } from "../../../domain/catalogue/product-row.ts";

function product(changes: Record<string, unknown> = {}): CatalogueProduct {
  const row = { sku: "LAMP", title: "Lamp", category: "light", price: "19.90", tags: ["a", "b"], ...changes };
  const parsed = parseProduct(row, "EUR");
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.product;
}

/** The catalogue's row after a proposal lowered the price that is served. */
const stored: StoredProduct = { ...product(), price: 1790, priceSource: "applied", version: 3 };
const catalogue = new Map([[stored.sku, stored]]);

describe("planning an import", () => {
  it("inserts a SKU that is not in the catalogue", () => {
    const plan = planImport([product({ sku: "NEW" })], catalogue);
    expect(plan).toMatchObject({ inserted: 1, updated: 0, unchanged: 0, steps: [{ kind: "insert" }] });
  });

  it("does nothing when the imported price is the last one imported, even if another price is served", () => {
    expect(planImport([product()], catalogue)).toEqual({ steps: [], inserted: 0, updated: 0, unchanged: 1 });
  });

  it("makes a changed price the new base", () => {
    const plan = planImport([product({ price: "17.90" })], catalogue);
    expect(plan).toMatchObject({ updated: 1, steps: [{ kind: "update", rebase: true }] });
  });

  it.each([
    ["the title", { title: "Lamp, large" }],
    ["a tag", { tags: ["a"] }],
    ["the order of tags", { tags: ["b", "a"] }],
    ["a cost that was absent", { unitCost: 9 }],
    ["the status", { status: "inactive" }],
  ])("updates %s without touching the price", (_, change) => {
    const plan = planImport([product(change)], catalogue);
    expect(plan).toMatchObject({ updated: 1, steps: [{ kind: "update", rebase: false }] });
  });
});
