import { and, asc, eq, gt, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { StoredProduct } from "../../domain/catalogue/plan-import.ts";
import { isAmong } from "../bulk.ts";
import type { Database } from "../database.ts";
import { products } from "../schema.ts";

export type ProductRecord = typeof products.$inferSelect;

/** The named products that exist, by SKU. */
export async function readStoredProducts(
  db: Database,
  skus: readonly string[],
): Promise<Map<string, StoredProduct>> {
  const rows = await db.select().from(products).where(isAmong(products.sku, skus));
  return new Map(rows.map((row) => [row.sku, row]));
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
