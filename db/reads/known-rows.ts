import { and, eq } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { jsonTable } from "../bulk.ts";
import type { Database } from "../database.ts";
import { demandDays, offers } from "../schema.ts";

type Pair = readonly [string, string];

/** Which of these pairs of SKU and competitor have an offer, as `pairKey` names them. */
export function knownOffers(db: Database, pairs: readonly Pair[]): Promise<Set<string>> {
  return known(db, offers, offers.competitor, pairs);
}

/** Which of these pairs of SKU and day have a day of demand, as `pairKey` names them. */
export function knownDays(db: Database, pairs: readonly Pair[]): Promise<Set<string>> {
  return known(db, demandDays, demandDays.day, pairs);
}

/** A pair as one text. */
export function pairKey(pair: Pair): string {
  return JSON.stringify(pair);
}

/** The JSON of this many pairs stays far below the 2 MB of a parameter. */
const PAIRS_PER_QUERY = 5_000;

async function known(
  db: Database,
  table: typeof offers | typeof demandDays,
  second: SQLiteColumn,
  pairs: readonly Pair[],
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let start = 0; start < pairs.length; start += PAIRS_PER_QUERY) {
    const slice = pairs.slice(start, start + PAIRS_PER_QUERY).map(([sku, other]) => ({ sku, other }));
    const wanted = jsonTable("wanted", ["sku", "other"], slice);
    const { sku, other } = wanted;
    const rows = await db
      .select({ sku, other })
      .from(wanted.table)
      .innerJoin(table, and(eq(table.sku, sku), eq(second, other)));
    for (const row of rows) found.add(pairKey([row.sku, row.other]));
  }
  return found;
}
