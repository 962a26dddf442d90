import { type SQL, sql } from "drizzle-orm";
import { type storeListings, storeWrites } from "../../db/schema.ts";
import type { ReadingVerdict } from "../../domain/connectors/judge.ts";

export type ListingRecord = typeof storeListings.$inferSelect;

/**
 * That a write is of this store, where its SKU is asked for too. The sign keeps the store's key out of it: by the SKU's index
 * only its own few writes are looked at, and not all that ever went to the store.
 */
export function isWriteTo(storeId: string): SQL {
  return sql`+${storeWrites.storeId} = ${storeId}`;
}

/**
 * That a write is still to be done; one that was sent by a pass that broke off is looked at like one that is to be written.
 * In words, not as parameters: only so does SQLite use the index of open writes.
 */
export const IS_OPEN = sql`${storeWrites.state} IN ('waiting', 'sent')`;

/** What a store shows of a SKU now, minor units, and what that means. */
export interface SeenPrice {
  read: number | null;
  verdict: ReadingVerdict;
  /** the store's own words for it */
  note: string | null;
}
