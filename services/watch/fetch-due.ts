import { and, asc, eq, lte } from "drizzle-orm";
import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import { watchedHosts, watchedPages } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import type { WatchOutcome } from "../../domain/messages/names.ts";
import { extractProduct } from "../../domain/reading/page/extract.ts";
import { chooseDue, hostPauseMs, nextFetchAt } from "../../domain/reading/watching.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";
import { type AcceptContext, acceptBatch } from "../ingest/accept-batch.ts";
import { lookUpOrCreateSource } from "../ingest/known-sources.ts";
import { readSettings } from "../settings/settings.ts";
import { type FetchOptions, fetchPage } from "./fetch-page.ts";
import { allowanceOf, withRules } from "./robots.ts";
import type { WatchedPage } from "./watched-pages.ts";

/** The name that what is read comes under. */
const SOURCE = "watch-list";
/** Pages of one tick; each may cost a robots.txt and some redirects. */
const PAGES_MAX = 60;
/** Pages that are looked at for it. */
const DUE_MAX = 1_000;
/** Hosts asked at the same time. */
const AT_ONCE = 6;
/** A tick that has run this long leaves the rest to the next one. */
const TICK_MS = 45_000;

type HostRecord = typeof watchedHosts.$inferSelect;

export interface WatchContext extends ServiceContext {
  accept: AcceptContext;
  allowLoopback: boolean;
  clock(): number;
}

/** What became of one page. */
interface Visit {
  page: WatchedPage;
  host: HostRecord;
  outcome: WatchOutcome;
  /** what to post; null = nothing was learned */
  row: Record<string, unknown> | null;
}

/**
 * Fetches the watched pages that are due, politely, and posts what they say as observations. Off unless the settings say
 * so. A page is put off before it is fetched: a tick that dies asks no host twice.
 */
export async function fetchDue(ctx: WatchContext): Promise<{ fetched: number; posted: number }> {
  const { settings } = await readSettings(ctx.d1);
  if (!settings.watch.enabled) return { fetched: 0, posted: 0 };
  const { pages, hosts } = await claimDue(ctx, settings);
  const visits = await visitAll(ctx, pages, hosts, settings);
  const rows = visits.flatMap(({ row }) => (row === null ? [] : [row]));
  if (rows.length > 0) await post(ctx, rows);
  await keep(ctx, visits);
  return { fetched: visits.length, posted: rows.length };
}

/** Fetches one page now, whenever it is due. */
export async function fetchNow(ctx: WatchContext, page: WatchedPage): Promise<WatchOutcome> {
  const { settings } = await readSettings(ctx.d1);
  const hosts = await readHosts(ctx, [page.host]);
  const visit = await visitPage(ctx, page, hosts.get(page.host) ?? newHost(page.host), settings);
  if (visit.row !== null) await post(ctx, [visit.row]);
  await keep(ctx, [visit]);
  return visit.outcome;
}

/** The pages to fetch now, put off already, and what is known of the hosts of all that are due. */
async function claimDue(ctx: WatchContext, { watch }: Settings) {
  const due = await ctx.db
    .select()
    .from(watchedPages)
    .where(and(eq(watchedPages.status, "active"), lte(watchedPages.nextAt, ctx.now)))
    .orderBy(asc(watchedPages.nextAt))
    .limit(DUE_MAX);
  const hosts = await readHosts(
    ctx,
    due.map(({ host }) => host),
  );
  const resting = new Set(
    [...hosts.values()].filter(({ nextAt }) => nextAt > ctx.now).map(({ host }) => host),
  );
  const chosen = chooseDue(due, resting, watch.perHostPerMinute, PAGES_MAX);
  const claimed = chosen.map((page) => ({ ...page, nextAt: nextFetchAt(page, ctx.now, ctx.random()) }));
  if (claimed.length > 0)
    await ctx.d1.batch(bulkUpsert(ctx.d1, watchedPages, claimed, { update: ["nextAt"] }));
  return { pages: chosen, hosts };
}

async function readHosts({ db }: ServiceContext, names: readonly string[]): Promise<Map<string, HostRecord>> {
  const rows = await db
    .select()
    .from(watchedHosts)
    .where(isAmong(watchedHosts.host, [...new Set(names)]));
  return new Map(rows.map((row) => [row.host, row]));
}

function newHost(host: string): HostRecord {
  return { host, robots: null, robotsAt: null, nextAt: 0 };
}

/** Visits the pages, several hosts at once, the pages of one host one after the other. */
async function visitAll(
  ctx: WatchContext,
  pages: readonly WatchedPage[],
  known: ReadonlyMap<string, HostRecord>,
  settings: Settings,
): Promise<Visit[]> {
  const byHost = [...Map.groupBy(pages, ({ host }) => host)];
  const until = ctx.clock() + TICK_MS;
  const visits: Visit[] = [];
  const work = async () => {
    for (let next = byHost.shift(); next !== undefined; next = byHost.shift()) {
      let host = known.get(next[0]) ?? newHost(next[0]);
      for (const [i, page] of next[1].entries()) {
        const wait =
          i === 0 ? 0 : Math.min(host.nextAt - ctx.clock(), MINUTE_MS / settings.watch.perHostPerMinute);
        if (ctx.clock() + Math.max(0, wait) > until) return;
        if (wait > 0) await ctx.sleep(wait);
        const visit = await visitPage(ctx, page, host, settings);
        host = visit.host;
        visits.push(visit);
        // a host that is busy, or wants a longer pause, gets it
        if (host.nextAt - ctx.clock() > MINUTE_MS) break;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return visits;
}

async function visitPage(
  ctx: WatchContext,
  page: WatchedPage,
  known: HostRecord,
  { watch }: Settings,
): Promise<Visit> {
  const options: FetchOptions = { agent: watch.agent, allowLoopback: ctx.allowLoopback };
  const host = await withRules(known, page.url, ctx.clock(), options);
  const { allowed, crawlDelay } = allowanceOf(host, page.url, watch.agent);
  const rested = (retryAfter: number | null): HostRecord => ({
    ...host,
    nextAt: ctx.clock() + hostPauseMs(watch.perHostPerMinute, { crawlDelay, retryAfter }),
  });
  if (!allowed)
    return settled(ctx, page, host, {
      outcome: "robots",
      detail: "the host's robots.txt forbids it",
      row: null,
    });
  const { etag, lastModified } = page;
  const isConditional = page.row !== null;
  const fetched = await fetchPage(page.url, { ...options, ...(isConditional && { etag, lastModified }) });
  const read = readRow(page, fetched.outcome, fetched.body, ctx.clock());
  return settled(
    ctx,
    { ...page, etag: fetched.etag ?? etag, lastModified: fetched.lastModified ?? lastModified },
    rested(fetched.retryAfter),
    {
      ...read,
      detail: read.detail || fetched.detail,
    },
  );
}

/** What a page says as a row to post. A page that has not changed is seen again as it was. */
function readRow(page: WatchedPage, fetched: WatchOutcome, html: string, now: number) {
  const observedAt = new Date(now).toISOString();
  if (fetched === "unchanged" && page.row !== null)
    return { outcome: fetched, detail: "", row: { ...page.row, observedAt } };
  if (fetched !== "read") return { outcome: fetched, detail: "", row: null };
  const { price, currency, availability, title, gtin, seller } = extractProduct(html, page.url);
  const isSoldOut = availability === "out_of_stock";
  if (price === undefined && !isSoldOut)
    return { outcome: "no_price" as const, detail: "no price was found on the page", row: null };
  const row = {
    ...{ competitor: page.competitor, url: page.url, availability, observedAt },
    ...(page.sku !== null && { sku: page.sku }),
    ...(price !== undefined && { price, ...(currency !== undefined && { currency }) }),
    ...(title !== undefined && { title: title.slice(0, 500) }),
    ...(gtin !== undefined && page.sku === null && { gtin }),
    ...(seller !== undefined && { seller: seller.slice(0, 200) }),
  };
  return { outcome: fetched, detail: "", row };
}

function settled(
  ctx: WatchContext,
  page: WatchedPage,
  host: HostRecord,
  { outcome, detail, row }: { outcome: WatchOutcome; detail: string; row: Record<string, unknown> | null },
): Visit {
  const now = ctx.clock();
  const failures = row === null ? page.failures + 1 : 0;
  const next: WatchedPage = {
    ...page,
    ...{ outcome, detail: detail === "" ? null : detail, failures, fetchedAt: now },
    ...{ readAt: row === null ? page.readAt : now, row: row ?? page.row },
    nextAt: nextFetchAt({ everyMinutes: page.everyMinutes, failures }, now, ctx.random()),
  };
  return { page: next, host, outcome, row };
}

async function post(ctx: WatchContext, rows: Record<string, unknown>[]): Promise<void> {
  const batchId = `watch-${ctx.newId("w")}`;
  // our own fetcher: its pace is that of the hosts, not a source's rate
  await lookUpOrCreateSource(ctx.db, SOURCE, ctx.now);
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  await acceptBatch(ctx.accept, { kind: "observations", source: SOURCE, batchId, rows }, bytes);
}

async function keep(ctx: WatchContext, visits: readonly Visit[]): Promise<void> {
  if (visits.length === 0) return;
  const hosts = new Map(visits.map(({ host }) => [host.host, host]));
  await commitBatch(ctx.d1, [
    ...bulkUpsert(ctx.d1, watchedHosts, [...hosts.values()], {}),
    ...visits.map(({ page }) => {
      const { outcome, detail, failures, fetchedAt, readAt, row, nextAt, etag, lastModified } = page;
      // a page that was paused, changed or removed meanwhile stays so
      return prepare(
        ctx.d1,
        ctx.db
          .update(watchedPages)
          .set({ outcome, detail, failures, fetchedAt, readAt, row, nextAt, etag, lastModified })
          .where(eq(watchedPages.id, page.id)),
      );
    }),
  ]);
}
