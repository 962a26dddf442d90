import { and, asc, eq, inArray, lte } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { storeListings, storeWrites } from "../../db/schema.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { StoreFault } from "../../domain/connectors/exchange.ts";
import { writesPriorPrice } from "../../domain/connectors/options.ts";
import type { PriceToWrite, WriteOutcome } from "../../domain/connectors/store.ts";
import { failureMessage } from "../../domain/delivery/failure.ts";
import type { ListingRecord, SeenPrice } from "./listing.ts";
import { EDITED } from "./plan-writes.ts";
import { priorPrices } from "./prior-prices.ts";
import { seePrices } from "./see-prices.ts";
import { type Settled, settleWrites, triedAgain, type WriteRecord } from "./settle-writes.ts";
import { ask, inParallel, PassOver, type StoreContext, type StoreLink } from "./store-link.ts";

/** A price on its way, and where the store keeps its SKU. */
interface DueWrite {
  write: WriteRecord;
  listing: ListingRecord;
}

/** Prices of one slice: what the store has is read, ours are written and read back before the next slice begins. */
const SLICE = 500;
/** The same where each has its prior price read, which takes several queries: a pass has a thousand of them. */
const SLICE_WITH_PRIOR = 100;

/**
 * Writes what is due, oldest first: looks what the store has now, writes where that is what it is known to have, reads back.
 * Answers how many prices it looked at. What cannot be finished stays to be done.
 */
export async function writeDue(ctx: StoreContext, link: StoreLink): Promise<number> {
  const { id, kind, options } = link.store;
  const hasPrior = writesPriorPrice(kind, options);
  const due = await readDue(ctx, id, hasPrior ? SLICE_WITH_PRIOR : SLICE);
  if (due.length === 0) return 0;
  const before = await seeAll(ctx, link, due);
  const settled: Settled[] = [];
  const toWrite: DueWrite[] = [];
  for (const one of due) {
    const { write } = one;
    const seen = before.get(write.sku);
    if (seen === undefined)
      settled.push(triedAgain(ctx, write, { isTry: link.lastError !== null, reason: link.lastError }));
    else if (seen.verdict === "as_wanted") settled.push(confirmed(write, seen));
    else if (seen.verdict === "edited") settled.push(held(write, seen));
    else if (link.store.mode === "dry_run")
      settled.push({ write, state: "rehearsed", readPrice: seen.read, reason: null });
    else toWrite.push(one);
  }
  await settleWrites(ctx, link.store.id, settled);
  const claimed = await claim(ctx, toWrite);
  if (claimed.length > 0) await sendAndReadBack(ctx, link, claimed);
  return due.length;
}

function confirmed(write: WriteRecord, { read }: SeenPrice): Settled {
  return { write, state: "confirmed", readPrice: read, reason: null };
}

function held(write: WriteRecord, { read, note }: SeenPrice): Settled {
  return { write, state: "held", readPrice: read, reason: note ?? EDITED };
}

function seeAll(ctx: StoreContext, link: StoreLink, due: readonly DueWrite[]) {
  const wanted = new Map(due.map(({ write }) => [write.sku, write.price]));
  return seePrices(
    ctx,
    link,
    due.map(({ listing }) => listing),
    wanted,
  );
}

/** A price that was sent by a pass that broke off is looked at like one that is to be written. */
const isOpen = inArray(storeWrites.state, ["waiting", "sent"]);

function readDue({ db, clock }: StoreContext, storeId: string, limit: number): Promise<DueWrite[]> {
  const ofListing = and(
    eq(storeListings.storeId, storeWrites.storeId),
    eq(storeListings.sku, storeWrites.sku),
  );
  return db
    .select({ write: storeWrites, listing: storeListings })
    .from(storeWrites)
    .innerJoin(storeListings, ofListing)
    .where(and(eq(storeWrites.storeId, storeId), isOpen, lte(storeWrites.nextAt, clock())))
    .orderBy(asc(storeWrites.seq))
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
    .where(and(eq(storeWrites.storeId, first.write.storeId), isAmong(storeWrites.seq, seqs), isOpen))
    .returning({ seq: storeWrites.seq });
  const still = new Set(claimed.map(({ seq }) => seq));
  return due.filter(({ write }) => still.has(write.seq));
}

/** What sending came to for one price; `unanswered`: nobody knows whether the store did it. */
type Sent =
  | { kind: "done"; remotePrice?: string }
  | { kind: "unanswered" | "refused" | "failed"; message: string }
  | { kind: "unsent"; waitMs: number };

async function sendAndReadBack(
  ctx: StoreContext,
  link: StoreLink,
  claimed: readonly DueWrite[],
): Promise<void> {
  const sent = new Map<string, Sent>();
  await sendAll(ctx, link, await toStore(ctx, link, claimed), sent);
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
  const back = toRead.length > 0 ? await seeAll(ctx, link, toRead) : new Map<string, SeenPrice>();
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
  const said = "message" in sent ? sent.message : null;
  const reason = said ?? (seen === undefined ? "it could not be read back" : "the store shows another price");
  const again = triedAgain(ctx, write, { isTry: true, reason });
  return { ...again, readPrice: seen?.read ?? null, isUnanswered: sent.kind === "unanswered" };
}

function remotePrices(sent: ReadonlyMap<string, Sent>): { sku: string; remotePrice: string }[] {
  return [...sent].flatMap(([sku, one]) =>
    one.kind === "done" && one.remotePrice !== undefined ? [{ sku, remotePrice: one.remotePrice }] : [],
  );
}

/**
 * Sends prices, and notes what became of each. A request that the store refuses as a whole is cut in two and sent again: one
 * price that it does not take keeps no other from it.
 */
async function sendAll(
  ctx: StoreContext,
  link: StoreLink,
  items: readonly PriceToWrite[],
  sent: Map<string, Sent>,
): Promise<void> {
  const bySku = new Map(items.map((item) => [item.sku, item]));
  await inParallel(link.adapter.write(items), link.adapter.concurrency, async ({ skus, exchange }) => {
    try {
      for (const one of (await ask(ctx, link, exchange)).flat()) sent.set(one.sku, sentOf(one));
    } catch (error) {
      if (error instanceof StoreFault && error.kind === "refused" && skus.length > 1) {
        const half = Math.ceil(skus.length / 2);
        for (const part of [skus.slice(0, half), skus.slice(half)])
          await sendAll(
            ctx,
            link,
            part.map((sku) => bySku.get(sku)!),
            sent,
          );
      } else for (const sku of skus) sent.set(sku, failed(error));
    }
  });
}

function sentOf(outcome: WriteOutcome): Sent {
  if (!outcome.ok) return { kind: outcome.isPassing ? "failed" : "refused", message: outcome.message };
  return outcome.remotePrice === undefined
    ? { kind: "done" }
    : { kind: "done", remotePrice: outcome.remotePrice };
}

function failed(error: unknown): Sent {
  if (error instanceof PassOver) return { kind: "unsent", waitMs: 0 };
  const message = failureMessage(error);
  if (!(error instanceof StoreFault) || error.kind === "passing") return { kind: "unanswered", message };
  if (error.kind === "throttled") return { kind: "unsent", waitMs: error.retryAfterMs ?? 0 };
  return { kind: error.kind === "denied" ? "failed" : "refused", message };
}

async function toStore(
  ctx: StoreContext,
  link: StoreLink,
  claimed: readonly DueWrite[],
): Promise<PriceToWrite[]> {
  const { kind, options } = link.store;
  const lowest = writesPriorPrice(kind, options)
    ? await priorPrices(
        ctx,
        claimed.map(({ write }) => write),
      )
    : new Map<string, number>();
  // the next slice has the queries of another pass
  if (lowest.size > 0) link.isOver = true;
  return claimed.map(({ write, listing }) => {
    const { sku, price, currency, seq, isForced } = write;
    const { remoteId, remoteGroup, remotePrice } = listing;
    const prior = lowest.get(sku);
    return {
      ...{ sku, remoteId, remoteGroup, remotePrice, currency, seq, isForced },
      price: formatMinor(price, currency),
      priorPrice: prior === undefined ? null : formatMinor(prior, currency),
    };
  });
}
