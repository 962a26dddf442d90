import { and, asc, eq, exists, gt, inArray, lt, sql } from "drizzle-orm";
import { bulkUpsert, jsonTable } from "../../db/bulk.ts";
import { priceLedger, storeListings, stores, storeWrites } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { IS_OPEN, isWriteTo } from "./listing.ts";
import type { StoreContext } from "./store-link.ts";

/** Entries of the ledger that are looked at together. */
const ENTRIES = 2_000;

const KEEP = { update: [] };

/** Why a price waits for a person. */
export const EDITED = "somebody else changed the price in the store";

/** Plans whatever entered the ledger since a store's place in it. Answers the new place. */
export async function planAll(
  ctx: StoreContext,
  { id, ledgerSeq }: { id: string; ledgerSeq: number },
): Promise<number> {
  let [seq, isAll] = [ledgerSeq, false];
  while (!isAll) ({ seq, isAll } = await planWrites(ctx, id, seq));
  return seq;
}

/**
 * Plans a write for each price that entered the ledger since the last time and that the store has. The ledger has a number
 * for every change of a served price, whatever caused it, and no gaps: whoever has read up to a number has missed nothing. Of
 * several prices of a SKU only the newest is written. Answers whether that was all.
 */
async function planWrites(
  ctx: StoreContext,
  storeId: string,
  after: number,
): Promise<{ seq: number; isAll: boolean }> {
  const { d1, db } = ctx;
  const entries = await readEntries(ctx, storeId, after);
  const last = entries.at(-1);
  if (!last) return { seq: after, isAll: true };
  const now = ctx.clock();
  const newest = new Map(entries.map(({ sku, seq }) => [sku, seq]));
  const rows = entries.flatMap((entry) => planned(entry, storeId, newest.get(entry.sku) === entry.seq, now));
  await commitBatch(d1, [
    ...bulkUpsert(d1, storeWrites, rows, KEEP),
    ...supersedeOlder(ctx, storeId, rows, now),
    prepare(d1, db.update(stores).set({ ledgerSeq: last.seq }).where(eq(stores.id, storeId))),
  ]);
  return { seq: last.seq, isAll: entries.length < ENTRIES };
}

type Entry = Awaited<ReturnType<typeof readEntries>>[number];

function readEntries({ db }: StoreContext, storeId: string, after: number) {
  const { seq, sku, to: price, currency, source } = priceLedger;
  const { currency: listed, price: known, readAt, editedAt } = storeListings;
  const isUnderWay = and(isWriteTo(storeId), eq(storeWrites.sku, sku), IS_OPEN);
  const others = db.select({ seq: storeWrites.seq }).from(storeWrites).where(isUnderWay);
  return db
    .select({
      ...{ seq, sku, price, currency, source, listed, known, readAt, editedAt },
      hasOthers: sql<number>`${exists(others)}`,
    })
    .from(priceLedger)
    .leftJoin(storeListings, and(eq(storeListings.storeId, storeId), eq(storeListings.sku, sku)))
    .where(gt(seq, after))
    .orderBy(asc(seq))
    .limit(ENTRIES);
}

/** What is to be done about one price; nothing if the store does not have the product. */
function planned(
  entry: Entry,
  storeId: string,
  isNewest: boolean,
  now: number,
): (typeof storeWrites.$inferInsert)[] {
  const { seq, sku, price, currency, listed, known, readAt, editedAt } = entry;
  if (listed === null) return [];
  const row = {
    storeId,
    seq,
    sku,
    price,
    currency,
    attempts: 0,
    nextAt: now,
    createdAt: now,
    isForced: false,
  };
  if (!isNewest) return [{ ...row, state: "superseded", settledAt: now }];
  if (listed !== currency)
    return [{ ...row, state: "unconfirmed", settledAt: now, reason: `the store's prices are in ${listed}` }];
  if (editedAt !== null) return [{ ...row, state: "held", reason: EDITED }];
  // a base price that came from this very store
  const isItsOwn = entry.source === "base" && known === price && entry.hasOthers === 0;
  if (isItsOwn) return [{ ...row, state: "confirmed", readPrice: known, settledAt: readAt }];
  return [{ ...row, state: "waiting" }];
}

/** A newer price takes the place of all that are not confirmed: it alone is still to be written. */
function supersedeOlder(
  { d1, db }: StoreContext,
  storeId: string,
  rows: readonly { sku: string; seq: number; state: string }[],
  now: number,
): D1PreparedStatement[] {
  const newer = rows.filter(({ state }) => state !== "superseded");
  if (newer.length === 0) return [];
  const by = jsonTable("newer", ["sku", "seq"], newer);
  const isOlder = and(
    ...[isWriteTo(storeId), eq(storeWrites.sku, by.sku), lt(storeWrites.seq, by.seq)],
    inArray(storeWrites.state, ["waiting", "sent", "held", "unconfirmed"]),
  );
  const over = { state: "superseded", settledAt: now, reason: sql`NULL` } as const;
  return [prepare(d1, db.update(storeWrites).set(over).from(by.table).where(isOlder))];
}
