import { and, asc, eq, gt, gte } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { products } from "../../db/schema.ts";
import { currencyExponent } from "../../domain/base/currency.ts";
import { CatalogueIndex, type IndexedProduct } from "../../domain/matching/catalogue-index.ts";

/** Rows of one read. */
const PAGE = 5000;

/** The index of this isolate, with the newest change that it knows (ms). */
let held: { index: CatalogueIndex; changedAt: number } | undefined;

/**
 * The catalogue's index, as of now. An isolate builds it once and then reads what has changed since; if the number of
 * active products does not agree, a product was renamed or removed, and it is built again.
 */
export async function catalogueIndex(db: Database): Promise<CatalogueIndex> {
  const known = held ?? { index: new CatalogueIndex(), changedAt: 0 };
  const changedAt = await readChanges(db, known.index, known.changedAt);
  held = { index: known.index, changedAt };
  if (known.index.size === (await db.$count(products, eq(products.status, "active")))) return known.index;
  const index = new CatalogueIndex();
  held = { index, changedAt: await readChanges(db, index, 0) };
  return index;
}

/** Puts the products changed since an instant into the index; the newest change of them. */
async function readChanges(db: Database, index: CatalogueIndex, since: number): Promise<number> {
  let newest = since;
  for (let after = ""; ; ) {
    const rows = await db
      .select({
        ...{
          sku: products.sku,
          title: products.title,
          brand: products.brand,
          gtin: products.gtin,
          mpn: products.mpn,
        },
        ...{
          price: products.price,
          currency: products.currency,
          status: products.status,
          updatedAt: products.updatedAt,
        },
      })
      .from(products)
      .where(and(gte(products.updatedAt, since), gt(products.sku, after)))
      .orderBy(asc(products.sku))
      .limit(PAGE);
    index.put(rows.map(indexed));
    for (const { updatedAt } of rows) newest = Math.max(newest, updatedAt);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return newest;
    after = last.sku;
  }
}

type Row = Pick<
  typeof products.$inferSelect,
  "sku" | "title" | "brand" | "gtin" | "mpn" | "price" | "currency" | "status"
>;

function indexed({ sku, title, brand, gtin, mpn, price, currency, status }: Row): IndexedProduct {
  return {
    sku,
    title,
    brand,
    gtin,
    mpn,
    price: price / 10 ** currencyExponent(currency),
    isActive: status === "active",
  };
}
