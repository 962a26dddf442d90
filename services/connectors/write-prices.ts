import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { storeListings, storeWrites } from "../../db/schema.ts";
import { formatMoney } from "../../domain/base/money.ts";
import { slicesOf } from "../../domain/connectors/exchange.ts";
import { writesPriorPrice } from "../../domain/connectors/options.ts";
import { IS_OPEN, type SeenPrice } from "./listing.ts";
import { EDITED, planAll } from "./plan-writes.ts";
import { seePrices } from "./see-prices.ts";
import { type DueWrite, type Sent, sendPrices } from "./send-prices.ts";
import { type Settled, settleWrites, triedAgain, type WriteRecord } from "./settle-writes.ts";
import { mayBegin, type StoreContext, type StoreLink } from "./store-link.ts";

/** Prices that are read, written and read back together where each has its prior price computed, from some hundred days. */
const SLICE_WITH_PRIOR = 100;
/** What a slice may take of the store's rate, in seconds: it has to end in the pass that began it. */
const SLICE_SECONDS = 4;
/** Slices under way at once: while the results of one are written down, the store answers for the others. */
const LANES = 3;
/** Slices that are looked up together. */
const SLICES = 4;

/**
 * Writes what is due, oldest first: looks what the store has now, writes where that is what it is known to have, reads back.
 * Prices that come into force meanwhile are taken up too, so that the store's rate is used without a break. Answers how many
 * prices it looked at. What cannot be finished stays to be done.
 */
export async function writeDue(ctx: StoreContext, link: StoreLink): Promise<number> {
  const nextSlice = slicesInTurn(ctx, link);
  let looked = 0;
  const lane = async () => {
    // one that no longer fits into the pass would have to be read again in the next
    while (looked === 0 || mayBegin(ctx, link)) {
      const slice = await nextSlice();
      if (slice === null) return;
      looked += slice.due.length;
      await writeSlice(ctx, link, slice.due);
      slice.done();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return looked;
}

/** How many prices make a slice: as many requests as are full, and not more than the store's rate lets through in time. */
function sliceSize({ adapter, pace, store }: StoreLink): number {
  if (writesPriorPrice(store.kind, store.options)) return SLICE_WITH_PRIOR;
  const { slice, readBatch, unitsPerPrice } = adapter;
  const inTime = (SLICE_SECONDS * pace.restorePerSecond) / unitsPerPrice;
  const full = Math.max(1, Math.floor(inTime / readBatch)) * readBatch;
  return Math.min(slice, full);
}

/**
 * Hands out what is due, a slice at a time. A SKU of which a price is under way is left for later: of two requests at once
 * nobody knows which arrives last.
 */
function slicesInTurn(ctx: StoreContext, link: StoreLink) {
  const { store } = link;
  const underWay = new Set<string>();
  let after = 0;
  let ready: DueWrite[][] = [];
  const next = async () => {
    if (ready.length === 0) {
      store.ledgerSeq = await planAll(ctx, store);
      const size = sliceSize(link);
      const found = await readDue(ctx, { storeId: store.id, after, limit: SLICES * size });
      after = found.at(-1)?.write.seq ?? after;
      ready = slicesOf(
        found.filter(({ write }) => !underWay.has(write.sku)),
        size,
      );
    }
    const due = ready.shift();
    if (due === undefined) return null;
    const skus = due.map(({ write }) => write.sku);
    for (const sku of skus) underWay.add(sku);
    const done = () => {
      for (const sku of skus) underWay.delete(sku);
    };
    return { due, done };
  };
  let turn: ReturnType<typeof next> = Promise.resolve(null);
  return () => {
    turn = turn.then(next);
    return turn;
  };
}

async function writeSlice(ctx: StoreContext, link: StoreLink, due: readonly DueWrite[]): Promise<void> {
  const { id } = link.store;
  const { seen: before, failure } = await seeAll(ctx, link, due);
  const settled: Settled[] = [];
  const toWrite: DueWrite[] = [];
  for (const one of due) {
    const { write } = one;
    const seen = before.get(write.sku);
    if (seen === undefined)
      settled.push(triedAgain(ctx, write, { isTry: failure !== null, reason: failure }));
    else if (seen.verdict === "as_wanted") settled.push(confirmed(write, seen));
    else if (seen.verdict === "edited") settled.push(held(write, seen));
    else if (link.store.mode === "dry_run")
      settled.push({ write, state: "rehearsed", readPrice: seen.read, reason: null });
    else toWrite.push(one);
  }
  await settleWrites(ctx, id, settled);
  const claimed = await claim(ctx, toWrite);
  if (claimed.length > 0) await sendAndReadBack(ctx, link, claimed);
}

function confirmed(write: WriteRecord, { read }: SeenPrice): Settled {
  return { write, state: "confirmed", readPrice: read, reason: null };
}

function held(write: WriteRecord, { read, note }: SeenPrice): Settled {
  return { write, state: "held", readPrice: read, reason: note ?? EDITED };
}

function seeAll(ctx: StoreContext, link: StoreLink, due: readonly DueWrite[], taken?: ReadonlySet<string>) {
  const wanted = new Map(due.map(({ write }) => [write.sku, write.price]));
  return seePrices(
    ctx,
    link,
    due.map(({ listing }) => listing),
    wanted,
    taken,
  );
}

function readDue(
  { db, clock }: StoreContext,
  { storeId, after, limit }: { storeId: string; after: number; limit: number },
): Promise<DueWrite[]> {
  const ofListing = and(
    eq(storeListings.storeId, storeWrites.storeId),
    eq(storeListings.sku, storeWrites.sku),
  );
  // the sign keeps the store's key out of it: only what is open is looked at, not all that was ever written
  const seq = sql`+${storeWrites.seq}`;
  const isDue = and(IS_OPEN, lte(storeWrites.nextAt, clock()), gt(seq, after));
  return db
    .select({ write: storeWrites, listing: storeListings })
    .from(storeWrites)
    .innerJoin(storeListings, ofListing)
    .where(and(eq(storeWrites.storeId, storeId), isDue))
    .orderBy(asc(seq))
    .limit(limit);
}

/** Marks the prices as sent, those that are still to be: what was superseded meanwhile is not written. */
async function claim({ db, clock }: StoreContext, due: readonly DueWrite[]): Promise<DueWrite[]> {
  const [first] = due;
  if (!first) return [];
  const seqs = due.map(({ write }) => write.seq);
  const claimed = await db
    .update(storeWrites)
    .set({ state: "sent", sentAt: clock() })
    .where(and(eq(storeWrites.storeId, first.write.storeId), isAmong(storeWrites.seq, seqs), IS_OPEN))
    .returning({ seq: storeWrites.seq });
  const still = new Set(claimed.map(({ seq }) => seq));
  return due.filter(({ write }) => still.has(write.seq));
}

async function sendAndReadBack(
  ctx: StoreContext,
  link: StoreLink,
  claimed: readonly DueWrite[],
): Promise<void> {
  const sent = await sendPrices(ctx, link, claimed);
  const settled: Settled[] = [];
  const toRead: DueWrite[] = [];
  for (const one of claimed) {
    const outcome = sent.get(one.write.sku) ?? { kind: "unsent", waitMs: 0 };
    // a throttled request did nothing: it does not count as a try
    if (outcome.kind === "unsent")
      settled.push(triedAgain(ctx, one.write, { isTry: false, reason: null, waitMs: outcome.waitMs }));
    else if (outcome.kind === "refused")
      settled.push({ write: one.write, state: "unconfirmed", readPrice: null, reason: outcome.message });
    else toRead.push(one);
  }
  await settleWrites(ctx, link.store.id, settled, remotePrices(sent));
  const taken = new Set([...sent].flatMap(([sku, { kind }]) => (kind === "done" ? [sku] : [])));
  const { seen: back } = await seeAll(ctx, link, toRead, taken);
  await settleWrites(
    ctx,
    link.store.id,
    toRead.map(({ write }) => judged(ctx, write, sent.get(write.sku)!, back.get(write.sku))),
  );
}

/** What a price comes to by what the store showed after it was sent. */
function judged(ctx: StoreContext, write: WriteRecord, sent: Sent, seen: SeenPrice | undefined): Settled {
  if (seen?.verdict === "as_wanted") return confirmed(write, seen);
  if (seen?.verdict === "edited") return held(write, seen);
  if (seen?.verdict === "altered") return altered(write, seen);
  const said = "message" in sent ? sent.message : null;
  const reason = said ?? notConfirmed(seen);
  const again = triedAgain(ctx, write, { isTry: true, reason });
  return { ...again, readPrice: seen?.read ?? null, isUnanswered: sent.kind === "unanswered" };
}

/** The store took the price and shows another: to write it again would come to the same. */
function altered(write: WriteRecord, { read }: SeenPrice): Settled {
  const [wanted, shown] = [write.price, read!].map((price) => formatMoney(price, write.currency));
  const reason = `the store took ${wanted} and shows ${shown}: it may round prices`;
  return { write, state: "unconfirmed", readPrice: read, reason };
}

function notConfirmed(seen: SeenPrice | undefined): string {
  if (seen === undefined) return "it could not be read back";
  return seen.verdict === "absent" ? "the store shows no such product" : "the store shows another price";
}

function remotePrices(sent: ReadonlyMap<string, Sent>): { sku: string; remotePrice: string }[] {
  return [...sent].flatMap(([sku, one]) =>
    one.kind === "done" && one.remotePrice !== undefined ? [{ sku, remotePrice: one.remotePrice }] : [],
  );
}
