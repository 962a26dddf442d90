import { isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { products } from "../../db/schema.ts";

/** The titles of products by SKU; one that is not in the catalogue any more has none. */
export async function titlesOf(db: Database, skus: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (skus.length === 0) return new Map();
  const found = await db
    .select({ sku: products.sku, title: products.title })
    .from(products)
    .where(isAmong(products.sku, [...new Set(skus)]));
  return new Map(found.map(({ sku, title }) => [sku, title]));
}
