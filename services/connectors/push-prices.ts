import { and, eq, gt, isNull, notInArray, sql } from "drizzle-orm";
import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import { products, storeListings, storeWrites } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import type { ServiceContext } from "../context.ts";
import type { StoreRecord } from "./stores.ts";

/** Prices that one request may ask to be written. */
const PUSHED_MAX = 10_000;

/** One that is on its way already stays as it is. */
const UNLESS_OPEN = {
  keep: ["createdAt"] as const,
  set: { settledAt: sql`NULL`, reason: sql`NULL` },
  where: notInArray(storeWrites.state, ["waiting", "sent"]),
} as const;

/**
 * Puts the prices that are served now on their way into the store: of these SKUs, or of all whose price in the store is
 * another. Prices that somebody else changed there are left to a person. Answers how many.
 *
 * @param isForced a person decided that ours replaces what is there
 */
export async function pushPrices(
  ctx: Pick<ServiceContext, "d1" | "db" | "now">,
  store: Pick<StoreRecord, "id">,
  skus: readonly string[] | null,
  { isForced }: { isForced: boolean },
): Promise<number> {
  const { d1, db, now } = ctx;
  const found = await db
    .select({ sku: products.sku, seq: products.priceSeq, price: products.price, currency: products.currency })
    .from(storeListings)
    .innerJoin(products, eq(products.sku, storeListings.sku))
    .where(
      and(
        ...[eq(storeListings.storeId, store.id), eq(storeListings.currency, products.currency)],
        ...[isNull(storeListings.editedAt), gt(products.priceSeq, 0)],
        skus === null
          ? sql`${storeListings.price} IS NOT ${products.price}`
          : isAmong(storeListings.sku, skus),
      ),
    )
    .limit(PUSHED_MAX);
  const rows = found.map((one): typeof storeWrites.$inferInsert => ({
    ...{ storeId: store.id, ...one, isForced, state: "waiting" },
    ...{ attempts: 0, nextAt: now, createdAt: now },
  }));
  const statements = bulkUpsert(d1, storeWrites, rows, UNLESS_OPEN);
  if (statements.length > 0) await commitBatch(d1, statements);
  return rows.length;
}
