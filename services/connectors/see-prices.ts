import { and, eq, gt } from "drizzle-orm";
import { isAmong, jsonTable } from "../../db/bulk.ts";
import { storeListings, storeWrites } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { minorOf } from "../../domain/connectors/amount.ts";
import { StoreFault, slicesOf } from "../../domain/connectors/exchange.ts";
import { judgeReading } from "../../domain/connectors/judge.ts";
import { failureMessage } from "../../domain/delivery/failure.ts";
import { noteEdits } from "./edits.ts";
import { isWriteTo, type ListingRecord, type SeenPrice } from "./listing.ts";
import { ask, inParallel, PassOver, type StoreContext, type StoreLink } from "./store-link.ts";

/** A request that got no answer may put its price there for so long. */
const UNANSWERED_MS = 15 * MINUTE_MS;

const NONE: ReadonlySet<string> = new Set();

/**
 * Reads the prices of these listings in the store, judges each, and writes down what was seen: what is ours is now the known
 * price, what somebody else put there is shown to people. Listings that could not be read are left out, and `failure` says why.
 *
 * @param wanted prices that are on their way, by SKU; without one, the known price is the right one
 * @param taken SKUs whose wanted price the store has just said that it took
 */
export async function seePrices(
  ctx: StoreContext,
  link: StoreLink,
  listings: readonly ListingRecord[],
  wanted: ReadonlyMap<string, number>,
  taken: ReadonlySet<string> = NONE,
): Promise<{ seen: Map<string, SeenPrice>; failure: string | null }> {
  const { readings, failure } = await readStore(ctx, link, listings);
  const odd = listings.filter(({ sku, price }) => {
    const read = readings.get(sku)?.read ?? null;
    return read !== null && price !== null && read !== price && read !== wanted.get(sku);
  });
  const ours = await sentLately(ctx, link.store.id, odd);
  const seen = new Map<string, SeenPrice>();
  for (const { sku, price } of listings) {
    const reading = readings.get(sku);
    if (!reading) continue;
    const { read, note } = reading;
    const verdict = judgeReading({
      ...{ known: price, wanted: wanted.get(sku) ?? null, read, isExplained: note !== null },
      mayBeOurs: read !== null && (ours.get(sku)?.has(read) ?? false),
      isJustTaken: taken.has(sku),
    });
    seen.set(sku, { read, verdict, note });
  }
  await noteSeen(ctx, link.store.id, listings, seen, readings);
  await noteEdits(ctx, link, listings, seen);
  return { seen, failure };
}

interface StoreReading {
  read: number | null;
  remotePrice: string | null;
  note: string | null;
}

/** A store that cannot be asked now answers for fewer listings, or for none. */
async function readStore(
  ctx: StoreContext,
  link: StoreLink,
  listings: readonly ListingRecord[],
): Promise<{ readings: Map<string, StoreReading>; failure: string | null }> {
  const readings = new Map<string, StoreReading>();
  let failure: string | null = null;
  const requests = slicesOf(listings, link.adapter.readBatch).flatMap((slice) => {
    const exchanges = link.adapter.prices(slice);
    // where one request answers for the whole slice, what it does not name is not there
    const named = exchanges.length === 1 ? slice : [];
    return exchanges.map((exchange) => ({ exchange, named }));
  });
  await inParallel(requests, link.adapter.concurrency, async ({ exchange, named }) => {
    try {
      const found = (await ask(ctx, link, exchange)).flat();
      for (const { sku } of named) readings.set(sku, { read: null, remotePrice: null, note: null });
      for (const { sku, price, remotePrice = null, note = null } of found)
        readings.set(sku, { read: price === null ? null : minorOf(price, link.currency), remotePrice, note });
    } catch (error) {
      if (!(error instanceof StoreFault || error instanceof PassOver)) throw error;
      if (error instanceof StoreFault) failure = failureMessage(error);
    }
  });
  return { readings, failure };
}

/** Prices of ours that were sent and not read back since, or whose request nobody saw the end of. */
async function sentLately(
  { db, clock }: StoreContext,
  storeId: string,
  odd: readonly ListingRecord[],
): Promise<Map<string, Set<number>>> {
  const ours = new Map<string, Set<number>>();
  if (odd.length === 0) return ours;
  const readAt = new Map(odd.map(({ sku, readAt: at }) => [sku, at]));
  const now = clock();
  const rows = await db
    .select({
      ...{ sku: storeWrites.sku, price: storeWrites.price },
      ...{ sentAt: storeWrites.sentAt, unansweredAt: storeWrites.unansweredAt },
    })
    .from(storeWrites)
    .where(
      and(
        isWriteTo(storeId),
        isAmong(storeWrites.sku, [...readAt.keys()]),
        gt(storeWrites.sentAt, now - HOUR_MS),
      ),
    );
  for (const { sku, price, sentAt, unansweredAt } of rows) {
    const isNewer = sentAt !== null && sentAt >= readAt.get(sku)!;
    const mayArrive = unansweredAt !== null && unansweredAt > now - UNANSWERED_MS;
    if (isNewer || mayArrive) ours.set(sku, (ours.get(sku) ?? new Set()).add(price));
  }
  return ours;
}

/** What is known of the store from now on. What somebody else put there is not: it is compared with what was known before. */
async function noteSeen(
  { d1, db, clock }: StoreContext,
  storeId: string,
  listings: readonly ListingRecord[],
  seen: ReadonlyMap<string, SeenPrice>,
  readings: ReadonlyMap<string, StoreReading>,
): Promise<void> {
  const rows = listings.flatMap(({ sku, price, remotePrice, recheckAt }) => {
    const one = seen.get(sku);
    if (one === undefined || one.verdict === "edited" || one.verdict === "absent") return [];
    const found = readings.get(sku)?.remotePrice ?? remotePrice;
    const isNews = one.read !== price || found !== remotePrice || recheckAt !== null;
    return isNews ? [{ storeId, sku, price: one.read, remotePrice: found }] : [];
  });
  if (rows.length === 0) return;
  const to = jsonTable("seen", ["storeId", "sku", "price", "remotePrice"], rows);
  const now = clock();
  await commitBatch(d1, [
    prepare(
      d1,
      db
        .update(storeListings)
        .set({ price: to.price, remotePrice: to.remotePrice, readAt: now })
        .from(to.table)
        .where(and(eq(storeListings.storeId, to.storeId), eq(storeListings.sku, to.sku))),
    ),
  ]);
}
