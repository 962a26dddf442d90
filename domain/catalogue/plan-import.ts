import type { CatalogueProduct } from "./product-row.ts";

/** The imports beside products and costs. */
export type DataImport = "competitors" | "offers" | "demand";

const NUMBERS: Record<DataImport, readonly string[]> = {
  competitors: ["weight"],
  offers: [],
  demand: ["units", "inStockShare", "views", "carts"],
};
const BOOLEANS: Record<DataImport, readonly string[]> = {
  competitors: ["include"],
  offers: ["taxIncluded"],
  demand: ["promo"],
};
const INSTANTS: readonly string[] = ["observedAt", "collectedAt"];

/**
 * A CSV record, where every cell is text, with its numbers, booleans and instants typed. A cell that cannot be read as
 * its type stays as it is and is refused later.
 */
export function typedCells(kind: DataImport, record: unknown): unknown {
  if (typeof record !== "object" || record === null) return record;
  return Object.fromEntries(
    Object.entries(record).map(([name, cell]) => [
      name,
      typeof cell === "string" ? typedCell(kind, name, cell) : cell,
    ]),
  );
}

function typedCell(kind: DataImport, name: string, cell: string): unknown {
  if (BOOLEANS[kind].includes(name)) return BOOLEAN_CELLS.get(cell.toLowerCase()) ?? cell;
  const isNumber = NUMBERS[kind].includes(name) || (INSTANTS.includes(name) && /^\d{9,16}$/.test(cell));
  return isNumber && !Number.isNaN(Number(cell)) ? Number(cell) : cell;
}

const BOOLEAN_CELLS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["0", false],
]);

/** A product as D1 has it now, with the price that is served. */
export interface StoredProduct extends CatalogueProduct {
  price: number;
  priceSource: string;
  version: number;
}

/**
 * What an import does to one SKU. `rebase`: the base price changed, and with it the price that is served, unless an
 * override sets it: then the new base price waits until that ends (`waits`).
 */
export type ImportStep =
  | { kind: "insert"; product: CatalogueProduct }
  | { kind: "update"; product: CatalogueProduct; stored: StoredProduct; rebase: boolean; waits: boolean };

export interface ImportPlan {
  steps: ImportStep[];
  inserted: number;
  updated: number;
  unchanged: number;
}

/**
 * Compares imported products with the catalogue. The imported price is compared with the last imported one (the base
 * price), never with the served one: importing the same file again must not undo an applied proposal. `isOverridden`:
 * whether a freeze or a fixed price sets the product's price.
 */
export function planImport(
  products: readonly CatalogueProduct[],
  stored: ReadonlyMap<string, StoredProduct>,
  isOverridden: (product: CatalogueProduct) => boolean = () => false,
): ImportPlan {
  const plan: ImportPlan = { steps: [], inserted: 0, updated: 0, unchanged: 0 };
  for (const product of products) {
    const before = stored.get(product.sku);
    if (!before) {
      plan.inserted++;
      plan.steps.push({ kind: "insert", product });
    } else if (isSame(product, before)) plan.unchanged++;
    else {
      plan.updated++;
      const isNewBase = product.basePrice !== before.basePrice;
      const waits = isNewBase && isOverridden(product);
      plan.steps.push({ kind: "update", product, stored: before, rebase: isNewBase && !waits, waits });
    }
  }
  return plan;
}

function isSame(product: CatalogueProduct, stored: StoredProduct): boolean {
  return (Object.keys(product) as (keyof CatalogueProduct)[]).every((field) =>
    field === "tags"
      ? JSON.stringify(product.tags) === JSON.stringify(stored.tags)
      : product[field] === stored[field],
  );
}
