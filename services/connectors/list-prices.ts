import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { products, storeListings, stores, storeWrites } from "../../db/schema.ts";
import type { StoreWriteState } from "../../domain/messages/names.ts";
import { isWriteTo } from "./listing.ts";

const LISTED = sql`${storeListings} JOIN ${products} ON ${products.sku} = ${storeListings.sku}`;

export const LISTING_LIST = {
  source: LISTED,
  id: storeListings.sku,
  sorts: {
    sku: storeListings.sku,
    price: products.price,
    storePrice: sql`coalesce(${storeListings.editedPrice}, ${storeListings.price}, 0)`,
    editedAt: sql`coalesce(${storeListings.editedAt}, 0)`,
  },
  sort: "sku",
  search: [storeListings.sku, products.title],
  facets: {},
} as const satisfies ListShape;

/** Which listings: those whose price in the store is another than ours, or was changed there by somebody else. */
export const LISTING_VIEWS = ["all", "different", "edited"] as const;
type ListingView = (typeof LISTING_VIEWS)[number];

/** One page of what a store has, beside what we have. */
export function listListings(db: Database, storeId: string, query: ListQuery, view: ListingView) {
  const shown = sql`coalesce(${storeListings.editedPrice}, ${storeListings.price})`;
  const filters = [
    eq(storeListings.storeId, storeId),
    view === "edited" ? isNotNull(storeListings.editedAt) : undefined,
    view === "different" ? sql`${shown} IS NOT ${products.price}` : undefined,
  ];
  return readPage(db, LISTING_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({
          ...{ listing: storeListings, title: products.title, price: products.price, seq: products.priceSeq },
          ...place,
        })
        .from(storeListings)
        .innerJoin(products, eq(products.sku, storeListings.sku))
        .$dynamic(),
    ),
  );
}

/** What is known of the newest price of these listings on its way. */
export async function newestWrites(db: Database, storeId: string, skus: readonly string[]) {
  const rows = await db
    .select()
    .from(storeWrites)
    .where(and(isWriteTo(storeId), isAmong(storeWrites.sku, skus)))
    .orderBy(storeWrites.seq);
  return new Map(rows.map((row) => [row.sku, row]));
}

export const WRITE_LIST = {
  source: sql`${storeWrites}`,
  id: storeWrites.seq,
  sorts: { seq: storeWrites.seq, sku: storeWrites.sku, price: storeWrites.price, nextAt: storeWrites.nextAt },
  sort: "-seq",
  search: [storeWrites.sku],
  facets: { state: storeWrites.state },
} as const satisfies ListShape;

/** One page of the prices that were on their way into a store. */
export function listWrites(
  db: Database,
  storeId: string,
  query: ListQuery,
  { state, sku }: { state?: StoreWriteState | undefined; sku?: string | undefined },
) {
  const filters = [eq(storeWrites.storeId, storeId), is(storeWrites.state, state), is(storeWrites.sku, sku)];
  return readPage(db, WRITE_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ write: storeWrites, ...place })
        .from(storeWrites)
        .$dynamic(),
    ),
  );
}

/** Where the prices of these ledger entries of a SKU are in the stores, by entry. */
export async function writesOfEntries(db: Database, sku: string, seqs: readonly number[]) {
  if (seqs.length === 0) return new Map<number, StoreWriteOfEntry[]>();
  const rows = await db
    .select({ write: storeWrites, name: stores.name })
    .from(storeWrites)
    .innerJoin(stores, eq(stores.id, storeWrites.storeId))
    .where(and(eq(storeWrites.sku, sku), isAmong(storeWrites.seq, seqs)))
    .orderBy(desc(storeWrites.seq), storeWrites.storeId);
  return Map.groupBy(
    rows.map(({ write, name }) => ({ ...write, name })),
    ({ seq }) => seq,
  );
}

export type StoreWriteOfEntry = typeof storeWrites.$inferSelect & { name: string };
