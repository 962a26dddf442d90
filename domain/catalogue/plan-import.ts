import { type FeedVerdict, type HoldCode, priceReplaced } from "./feed-price.ts";
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
  if (BOOLEANS[kind].includes(name)) return BOOLEAN_CELLS.get(cell.toLowerCase()) ?? namedCell(cell);
  const isNumber = NUMBERS[kind].includes(name) || (INSTANTS.includes(name) && /^\d{9,16}$/.test(cell));
  return isNumber && !Number.isNaN(Number(cell)) ? Number(cell) : cell;
}

/** A cell that holds names with numbers as JSON; else the text that it is. */
function namedCell(cell: string): unknown {
  if (!cell.startsWith("{")) return cell;
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
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
  /** when it was first on sale, ms; null = it never was */
  firstOnSaleAt: number | null;
}

/** A product as an import wants it; `isPriced`: the row has a price, so that the feed says what it should be. */
export interface WantedProduct {
  product: CatalogueProduct;
  isPriced: boolean;
}

/**
 * What an import does to one SKU. `rebase`: the base price changed, and with it the price that is served, unless an
 * override sets it: then the new base price waits until that ends (`waits`).
 */
export type ImportStep =
  | { kind: "insert"; product: CatalogueProduct }
  | { kind: "update"; product: CatalogueProduct; stored: StoredProduct; rebase: boolean; waits: boolean };

/** A base price that does not take effect before somebody releases it. Minor units. */
export interface HeldPrice {
  sku: string;
  /** the price that it would replace */
  from: number;
  price: number;
  currency: string;
  code: HoldCode;
  /** the limit that it breaks, minor units */
  limit: number | null;
}

export interface ImportPlan {
  steps: ImportStep[];
  inserted: number;
  updated: number;
  unchanged: number;
  /** stored values that change, counted by field */
  changes: Record<string, number>;
  held: HeldPrice[];
  /** SKUs whose row had the price that we ourselves served: no new base price */
  echoed: string[];
  /** SKUs whose base price the feed confirmed or changed: what was held of them before is over */
  settled: string[];
}

/** What is known of a product's prices beside its row. */
export interface ImportRules {
  /** whether a freeze or a fixed price sets the product's price */
  isOverridden(product: CatalogueProduct): boolean;
  judge(product: CatalogueProduct, stored: StoredProduct): FeedVerdict;
}

/**
 * Compares imported products with the catalogue. The imported price is compared with the last imported one (the base
 * price), never with the served one: importing the same file again must not undo an applied proposal. A changed one is
 * judged before it becomes the base price.
 */
export function planImport(
  wanted: readonly WantedProduct[],
  stored: ReadonlyMap<string, StoredProduct>,
  rules: ImportRules,
): ImportPlan {
  const plan: ImportPlan = {
    ...{ steps: [], inserted: 0, updated: 0, unchanged: 0, changes: {} },
    ...{ held: [], echoed: [], settled: [] },
  };
  for (const { product, isPriced } of wanted) {
    const before = stored.get(product.sku);
    if (!before) {
      plan.inserted++;
      plan.steps.push({ kind: "insert", product });
    } else planUpdate(plan, isPriced ? priced(plan, product, before, rules) : product, before, rules);
  }
  return plan;
}

/** The product with the base price that it is to have. */
function priced(
  plan: ImportPlan,
  product: CatalogueProduct,
  before: StoredProduct,
  rules: ImportRules,
): CatalogueProduct {
  const { sku, currency, basePrice: price } = product;
  const verdict: FeedVerdict =
    price === before.basePrice ? { kind: "accepted" } : rules.judge(product, before);
  if (verdict.kind === "accepted") {
    plan.settled.push(sku);
    return product;
  }
  if (verdict.kind === "echo") plan.echoed.push(sku);
  else {
    const { code, limit } = verdict;
    plan.held.push({ sku, from: priceReplaced(before), price, currency, code, limit });
  }
  return { ...product, basePrice: before.basePrice };
}

function planUpdate(
  plan: ImportPlan,
  product: CatalogueProduct,
  before: StoredProduct,
  rules: ImportRules,
): void {
  const changed = changedFields(product, before);
  if (changed.length === 0) {
    plan.unchanged++;
    return;
  }
  plan.updated++;
  for (const field of changed) {
    const name = field === "basePrice" ? "price" : field;
    plan.changes[name] = (plan.changes[name] ?? 0) + 1;
  }
  const isNewBase = changed.includes("basePrice");
  const waits = isNewBase && rules.isOverridden(product);
  plan.steps.push({ kind: "update", product, stored: before, rebase: isNewBase && !waits, waits });
}

function changedFields(product: CatalogueProduct, stored: StoredProduct): (keyof CatalogueProduct)[] {
  return (Object.keys(product) as (keyof CatalogueProduct)[]).filter((field) =>
    field === "tags"
      ? JSON.stringify(product.tags) !== JSON.stringify(stored.tags)
      : product[field] !== stored[field],
  );
}
