import { and, asc, eq, gt, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { StoredProduct } from "../../domain/catalogue/plan-import.ts";
import type { Database } from "../database.ts";
import { products } from "../schema.ts";

export type ProductRecord = typeof products.$inferSelect;

/** The named products that exist, by SKU. */
export async function readStoredProducts(
  d1: D1Database,
  skus: readonly string[],
): Promise<Map<string, StoredProduct>> {
  const { results } = await d1
    .prepare(
      `SELECT sku, title, brand, category, gtin, mpn, currency, base_price AS basePrice, unit_cost AS unitCost,
         tax_rate AS taxRate, fee_rate AS feeRate, unit_fee AS unitFee, min_price AS minPrice, max_price AS maxPrice,
         map_price AS mapPrice, msrp, family, pack_size AS packSize, line_rank AS lineRank, clearance_date AS clearanceDate,
         salvage_value AS salvageValue, restock_date AS restockDate, launch_date AS launchDate, status, tags, price,
         price_source AS priceSource, version
       FROM products WHERE sku IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(skus))
    .all<Omit<StoredProduct, "tags"> & { tags: string | null }>();
  return new Map(
    results.map((row) => [row.sku, { ...row, tags: row.tags === null ? null : JSON.parse(row.tags) }]),
  );
}

export async function readProduct(db: Database, sku: string): Promise<ProductRecord | null> {
  const [row] = await db.select().from(products).where(eq(products.sku, sku));
  return row ?? null;
}

export interface ProductQuery {
  q?: string | undefined;
  category?: string | undefined;
  brand?: string | undefined;
  status?: "active" | "inactive" | undefined;
  /** the last SKU of the page before */
  after?: string | undefined;
  limit: number;
}

/** One page of the catalogue in SKU order. */
export async function listProducts(db: Database, query: ProductQuery): Promise<ProductRecord[]> {
  const conditions: (SQL | undefined)[] = [];
  if (query.q) {
    const pattern = `%${query.q.replaceAll(/[\\%_]/g, "\\$&")}%`;
    const holds = (column: SQLiteColumn) => sql`${column} LIKE ${pattern} ESCAPE '\\'`;
    conditions.push(or(holds(products.sku), holds(products.title), holds(products.brand)));
  }
  if (query.category) conditions.push(eq(products.category, query.category));
  if (query.brand) conditions.push(eq(products.brand, query.brand));
  if (query.status) conditions.push(eq(products.status, query.status));
  if (query.after) conditions.push(gt(products.sku, query.after));
  return db
    .select()
    .from(products)
    .where(and(...conditions))
    .orderBy(asc(products.sku))
    .limit(query.limit);
}
