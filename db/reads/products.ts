import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { QuantityUnit } from "../../domain/base/quantity.ts";
import type { StoredProduct } from "../../domain/catalogue/plan-import.ts";
import { isAmong } from "../bulk.ts";
import type { Database } from "../database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../list.ts";
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

/** What the quantities of these products are counted in, of those that have no whole pieces. */
export async function readQuantityUnits(
  db: Database,
  skus: readonly string[],
): Promise<Map<string, QuantityUnit>> {
  const { sku, quantityUnit } = products;
  const rows = await db
    .select({ sku, quantityUnit })
    .from(products)
    .where(and(isAmong(sku, skus), isNotNull(quantityUnit)));
  return new Map(rows.map((row) => [row.sku, row.quantityUnit!]));
}

export const PRODUCT_LIST = {
  source: sql`${products}`,
  id: products.sku,
  sorts: {
    sku: products.sku,
    title: products.title,
    brand: sql`coalesce(${products.brand}, '')`,
    category: products.category,
    price: products.price,
    priceSince: products.priceSince,
    stock: sql`coalesce(${products.stock}, -1)`,
    margin: sql`coalesce(1.0 - 1.0 * ${products.unitCost} / nullif(${products.price}, 0), -1)`,
    updatedAt: products.updatedAt,
  },
  sort: "sku",
  search: [products.sku, products.title, products.brand, products.gtin, products.mpn],
  facets: {
    category: products.category,
    brand: products.brand,
    status: products.status,
    currency: products.currency,
    priceSource: products.priceSource,
    family: products.family,
    sensitivity: products.sensitivity,
  },
} as const satisfies ListShape;

interface ProductFilter {
  category?: string | undefined;
  brand?: string | undefined;
  status?: ProductRecord["status"] | undefined;
  family?: string | undefined;
  tag?: string | undefined;
}

/** One page of the catalogue. */
export async function listProducts(db: Database, query: ListQuery, filter: ProductFilter) {
  const { category, brand, status, family, tag } = filter;
  const filters = [
    is(products.category, category),
    is(products.brand, brand),
    is(products.status, status),
    is(products.family, family),
    tag === undefined ? undefined : sql`${tag} IN (SELECT value FROM json_each(${products.tags}))`,
  ];
  return readPage(db, PRODUCT_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ product: products, ...place })
        .from(products)
        .$dynamic(),
    ),
  );
}

/** All SKUs, if there are no more than `most`; else null. */
export async function fewSkus(db: Database, most: number): Promise<string[] | null> {
  const rows = await db
    .select({ sku: products.sku })
    .from(products)
    .limit(most + 1);
  return rows.length > most ? null : rows.map(({ sku }) => sku);
}
