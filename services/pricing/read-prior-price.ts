import { and, asc, eq, gte, lt, lte, max, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { priceLedger } from "../../db/schema.ts";
import { PRIOR_PRICE_WINDOW_MS, type PriorPrice, priorPrice } from "../../domain/ledger/prior-price.ts";

/** The lowest price of the 30 days before `start` (ms), by the ledger. */
export async function readPriorPrice(db: Database, sku: string, start: number): Promise<PriorPrice> {
  const first = start - PRIOR_PRICE_WINDOW_MS;
  const isOfSku = eq(priceLedger.sku, sku);
  const carriedIn = db
    .select({ at: max(priceLedger.at) })
    .from(priceLedger)
    .where(and(isOfSku, lte(priceLedger.at, first)));
  const points = await db
    .select({ price: priceLedger.to, at: priceLedger.at })
    .from(priceLedger)
    .where(
      and(isOfSku, lt(priceLedger.at, start), gte(priceLedger.at, sql`coalesce((${carriedIn}), ${first})`)),
    )
    .orderBy(asc(priceLedger.at), asc(priceLedger.seq));
  return priorPrice(points, start);
}
