import { eq, sql } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { products, watchedPages } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { invalidField, ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { pageAddress, pageHost } from "../../domain/intake/page-address.ts";
import type { WatchOutcome } from "../../domain/messages/names.ts";
import { followSku } from "../catalogue/rename/aliases.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { addressProblem } from "../outgoing/address.ts";
import { readSettings } from "../settings/settings.ts";

export type WatchedPage = typeof watchedPages.$inferSelect;

export const WATCH_LIST = {
  source: sql`${watchedPages}`,
  id: watchedPages.id,
  sorts: {
    createdAt: watchedPages.createdAt,
    nextAt: watchedPages.nextAt,
    host: watchedPages.host,
    failures: watchedPages.failures,
  },
  sort: "-createdAt",
  search: [watchedPages.url, watchedPages.competitor, watchedPages.sku],
  facets: {
    status: watchedPages.status,
    outcome: watchedPages.outcome,
    competitor: watchedPages.competitor,
    host: watchedPages.host,
  },
} as const satisfies ListShape;

interface WatchFilter {
  status?: WatchedPage["status"] | undefined;
  outcome?: WatchOutcome | undefined;
  competitor?: string | undefined;
  sku?: string | undefined;
}

/** One page of the watch list. */
export function listWatched({ db }: ServiceContext, query: ListQuery, filter: WatchFilter) {
  const filters = [
    is(watchedPages.status, filter.status),
    is(watchedPages.outcome, filter.outcome),
    is(watchedPages.competitor, filter.competitor),
    is(watchedPages.sku, filter.sku),
  ];
  return readPage(db, WATCH_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ page: watchedPages, ...place })
        .from(watchedPages)
        .$dynamic(),
    ),
  );
}

/** @throws ProblemError not_found */
export async function readWatched({ db }: ServiceContext, id: string): Promise<WatchedPage> {
  const [page] = await db.select().from(watchedPages).where(eq(watchedPages.id, id));
  if (!page) throw new ProblemError("not_found", "no such page on the watch list");
  return page;
}

interface NewPage {
  url: string;
  /** default: the page's host */
  competitor?: string | undefined;
  sku?: string | undefined;
  everyMinutes?: number | undefined;
}

/**
 * Puts a page on the watch list; it is due at once.
 *
 * @throws ProblemError invalid for an address that is not public or an unknown SKU; conflict if it is watched already
 */
export async function addWatched(
  ctx: ServiceContext,
  { url, competitor, sku, everyMinutes }: NewPage,
  allowLoopback: boolean,
): Promise<WatchedPage> {
  const problem = addressProblem(url, allowLoopback, { plainHttp: true });
  if (problem !== null) throw invalidField("url", "not_public", problem);
  const known = await knownSku(ctx, sku);
  const address = pageAddress(url);
  const [same] = await ctx.db.select().from(watchedPages).where(eq(watchedPages.address, address));
  if (same) throw new ProblemError("conflict", `the page is watched already: ${same.id}`);
  const host = pageHost(url) ?? new URL(url).host;
  const { settings } = await readSettings(ctx.d1);
  const page: WatchedPage = {
    ...{ id: ctx.newId("wat"), address, url, host, competitor: competitor ?? host, sku: known ?? null },
    ...{ everyMinutes: everyMinutes ?? settings.watch.everyMinutes, status: "active", nextAt: ctx.now },
    ...{ fetchedAt: null, readAt: null, outcome: null, detail: null, failures: 0 },
    ...{ etag: null, lastModified: null, row: null },
    ...{ createdAt: ctx.now, createdBy: actorLabel(ctx.actor) },
  };
  await commitChained(ctx, {
    audit: [
      { action: "watch.add", subject: page.id, detail: { url, competitor: page.competitor, sku: known } },
    ],
    statements: () => bulkInsert(ctx.d1, watchedPages, [page]),
  });
  return page;
}

interface PageChange {
  competitor?: string | undefined;
  sku?: string | null | undefined;
  everyMinutes?: number | undefined;
  status?: WatchedPage["status"] | undefined;
}

/** Changes a watched page; one that goes on is due at once. @throws ProblemError not_found, invalid */
export async function changeWatched(
  ctx: ServiceContext,
  id: string,
  change: PageChange,
): Promise<WatchedPage> {
  const before = await readWatched(ctx, id);
  const sku = change.sku && (await knownSku(ctx, change.sku));
  const given = Object.fromEntries(
    Object.entries({ ...change, sku }).filter(([, value]) => value !== undefined),
  );
  const isResumed = change.status === "active" && before.status === "paused";
  const next = { ...given, ...(isResumed && { nextAt: ctx.now, failures: 0 }) };
  await commitChained(ctx, {
    audit: [{ action: "watch.change", subject: id, detail: given }],
    statements: () => [prepare(ctx.d1, ctx.db.update(watchedPages).set(next).where(eq(watchedPages.id, id)))],
  });
  return readWatched(ctx, id);
}

/** Takes a page off the list. What was read of it stays. @throws ProblemError not_found */
export async function removeWatched(ctx: ServiceContext, id: string): Promise<void> {
  const { url } = await readWatched(ctx, id);
  await commitChained(ctx, {
    audit: [{ action: "watch.remove", subject: id, detail: { url } }],
    statements: () => [prepare(ctx.d1, ctx.db.delete(watchedPages).where(eq(watchedPages.id, id)))],
  });
}

/** The SKU that the product has now. @throws ProblemError invalid if there is none */
async function knownSku({ db }: ServiceContext, asked: string | undefined): Promise<string | undefined> {
  if (asked === undefined) return undefined;
  const sku = await followSku(db, asked);
  const [found] = await db.select({ sku: products.sku }).from(products).where(eq(products.sku, sku));
  if (!found) throw invalidField("sku", "unknown_sku", `no product ${sku}`);
  return sku;
}
