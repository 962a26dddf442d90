import type { storeListings } from "../../db/schema.ts";
import type { ReadingVerdict } from "../../domain/connectors/judge.ts";

export type ListingRecord = typeof storeListings.$inferSelect;

/** What a store shows of a SKU now, minor units, and what that means. */
export interface SeenPrice {
  read: number | null;
  verdict: ReadingVerdict;
  /** the store's own words for it */
  note: string | null;
}
