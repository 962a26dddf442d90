import { and, eq, isNotNull, lte, min } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { storeListings, storeWrites } from "../../db/schema.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/base/time.ts";
import { StoreFault } from "../../domain/connectors/exchange.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { jobDueAt, jobOf, workOnJob } from "./jobs.ts";
import { IS_OPEN } from "./listing.ts";
import { pushPrices } from "./push-prices.ts";
import { seePrices } from "./see-prices.ts";
import {
  mayBegin,
  noteContact,
  openLink,
  PassOver,
  type StoreContext,
  type StoreLink,
} from "./store-link.ts";
import { readStore, type StoreRecord } from "./stores.ts";
import { writeDue } from "./write-prices.ts";

/** Steps of one pass, each of some twenty queries: one invocation may make a thousand. */
const PASS_STEPS = 30;
/** A pass that had to end while there was work goes on after this time. */
const NEXT_PASS_MS = SECOND_MS;
/** A store that cannot be opened, or whose page failed, is tried again after this time. */
const FAILED_MS = MINUTE_MS;

/**
 * One pass over a store: plans the prices that came into force since, writes what is due, reads again what may have arrived
 * late, and does its job of reading page by page. Only one pass of a store runs at a time. Answers when the next one is due
 * (ms), null if nothing is.
 */
export async function workOnStore(ctx: StoreContext, id: string): Promise<number | null> {
  const store = await storeOrNone(ctx, id);
  if (store === null) return null;
  const link = await linkOrNone(ctx, store);
  if (link === null) return ctx.clock() + FAILED_MS;
  let failed = false;
  try {
    for (let steps = 0; steps < PASS_STEPS && (await step(ctx, link)); steps++)
      if (!mayBegin(ctx, link)) break;
  } catch (error) {
    if (!(error instanceof PassOver)) throw error;
    failed = !link.isOver;
  } finally {
    await noteContact(ctx, link);
  }
  const now = ctx.clock();
  const next = await nextDue(ctx, id);
  if (next === null) return null;
  return Math.max(next, now + (failed ? FAILED_MS / 4 : link.isOver ? NEXT_PASS_MS : 0));
}

async function storeOrNone(ctx: StoreContext, id: string): Promise<StoreRecord | null> {
  try {
    return await readStore(ctx.db, id);
  } catch (error) {
    if (error instanceof ProblemError && error.code === "not_found") return null;
    throw error;
  }
}

async function linkOrNone(ctx: StoreContext, store: StoreRecord): Promise<StoreLink | null> {
  try {
    return await openLink(ctx, store);
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    const broken = { store, lastError: error.message, hasAnswered: false } as StoreLink;
    await noteContact(ctx, broken);
    return null;
  }
}

/** Prices first, then a page of the job. Answers whether there was anything to do. */
async function step(ctx: StoreContext, link: StoreLink): Promise<boolean> {
  let isBusy = false;
  if (link.store.mode !== "read_only") {
    isBusy = (await writeDue(ctx, link)) > 0;
    isBusy = (await readLate(ctx, link)) || isBusy;
  }
  // a page in every pass, however many prices wait
  if (link.isOver) return isBusy;
  return (await workOnJob(ctx, link)) || isBusy;
}

const LATE_MAX = 500;

/** Reads again the prices whose request got no answer: one that arrived late is written over with the price of now. */
async function readLate(ctx: StoreContext, link: StoreLink): Promise<boolean> {
  const { db } = ctx;
  const ofStore = eq(storeListings.storeId, link.store.id);
  const listings = await db
    .select()
    .from(storeListings)
    .where(and(ofStore, lte(storeListings.recheckAt, ctx.clock())))
    .limit(LATE_MAX);
  if (listings.length === 0) return false;
  const skus = listings.map(({ sku }) => sku);
  const { seen } = await seePrices(ctx, link, listings, new Map());
  const late = skus.filter((sku) => seen.get(sku)?.verdict === "ours_late");
  await db
    .update(storeListings)
    .set({ recheckAt: null })
    .where(and(ofStore, isAmong(storeListings.sku, [...seen.keys()])));
  if (late.length > 0) await pushPrices({ ...ctx, now: ctx.clock() }, link.store, late, { isForced: false });
  return seen.size > 0;
}

async function nextDue({ db, clock }: StoreContext, id: string): Promise<number | null> {
  const store = await readStore(db, id);
  const [[write], [late]] = await db.batch([
    db
      .select({ at: min(storeWrites.nextAt) })
      .from(storeWrites)
      .where(and(eq(storeWrites.storeId, id), IS_OPEN)),
    db
      .select({ at: min(storeListings.recheckAt) })
      .from(storeListings)
      .where(and(eq(storeListings.storeId, id), isNotNull(storeListings.recheckAt))),
  ]);
  const job = jobOf(store);
  const writes = store.mode === "read_only" ? [] : [write?.at, late?.at];
  const due = [...writes, job !== null && job.finishedAt === null ? clock() : null, jobDueAt(store)?.at];
  const known = due.filter((at) => at !== null && at !== undefined);
  return known.length === 0 ? null : Math.min(...known);
}
