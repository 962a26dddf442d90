import { and, eq, gte, lte, ne, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { matchReviews } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { MatchStatus } from "../../domain/messages/match-listing.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { mapProduct } from "../ingest/map-product.ts";
import { usualFactor } from "../ingest/mappings.ts";
import type { InboxPort } from "../ports.ts";
import { readSettings } from "../settings/settings.ts";

/** A match in the review queue, as it is kept. */
export type MatchReviewRecord = typeof matchReviews.$inferSelect;

/** How long a match is kept after its listing was last seen or settled, ms. */
export const KEPT_MS: Readonly<Record<MatchStatus, number>> = {
  review: 30 * DAY_MS,
  accepted: 365 * DAY_MS,
  rejected: 365 * DAY_MS,
};

export const MATCH_LIST = {
  source: sql`${matchReviews}`,
  id: matchReviews.id,
  sorts: { score: matchReviews.score, updatedAt: matchReviews.updatedAt, sku: matchReviews.sku },
  sort: "-score",
  search: [matchReviews.sku, matchReviews.listingId, matchReviews.competitor],
  facets: { status: matchReviews.status, competitor: matchReviews.competitor },
} as const satisfies ListShape;

interface MatchFilter {
  status?: MatchStatus | undefined;
  sku?: string | undefined;
  competitor?: string | undefined;
}

/** One page of the review queue: what people settled, and what is probable enough by the settings to wait for them. */
export async function listMatches(
  { db, d1 }: Pick<ServiceContext, "db" | "d1">,
  query: ListQuery,
  { status, sku, competitor }: MatchFilter,
) {
  const { settings } = await readSettings(d1);
  const filters = [
    // a review that an earlier, lower threshold asked for is left out
    or(ne(matchReviews.status, "review"), gte(matchReviews.score, settings.matching.review)),
    is(matchReviews.status, status),
    is(matchReviews.sku, sku),
    is(matchReviews.competitor, competitor),
  ];
  return readPage(db, MATCH_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ row: matchReviews, ...place })
        .from(matchReviews)
        .$dynamic(),
    ),
  );
}

/**
 * Settles a match as a person says. An accepted one of a known competitor becomes a mapping with its pack
 * factor, and the rows that waited for
 * it are taken in again; doing it twice changes nothing.
 *
 * @throws ProblemError `not_found`; `illegal_transition` if it has been settled otherwise
 */
export async function settleMatch(
  ctx: ServiceContext,
  ports: { inboxes: Pick<InboxPort, "accept"> },
  id: string,
  status: Exclude<MatchStatus, "review">,
): Promise<{ review: MatchReviewRecord; reingested: number }> {
  const before = await findMatch(ctx.db, id);
  if (before.status !== "review" && before.status !== status)
    throw new ProblemError("illegal_transition", `the match has been ${before.status}`);
  const { sku, competitor, listingId, listing, packFactor } = before;
  if (before.status === "review") {
    const settled = { status, settledBy: actorLabel(ctx.actor), updatedAt: ctx.now };
    await commitChained(ctx, {
      audit: [{ action: `match.${status}`, subject: `product:${sku}`, detail: { competitor, listingId } }],
      statements: () => [
        prepare(ctx.d1, ctx.db.update(matchReviews).set(settled).where(eq(matchReviews.id, id))),
      ],
    });
  }
  const key = listing.competitorSku ?? listing.url;
  let reingested = 0;
  if (status === "accepted" && competitor !== "" && key) {
    const kind = listing.competitorSku ? "sku" : "url";
    const batches = await mapProduct(ctx, ports, {
      competitor,
      kind,
      key,
      sku,
      packFactor: usualFactor(packFactor),
    });
    reingested = batches.reduce((sum, { rows }) => sum + rows, 0);
  }
  return { review: await findMatch(ctx.db, id), reingested };
}

async function findMatch(db: Database, id: string): Promise<MatchReviewRecord> {
  const [row] = await db.select().from(matchReviews).where(eq(matchReviews.id, id));
  if (row === undefined) throw new ProblemError("not_found", `no match ${id}`);
  return row;
}

/** Forgets matches whose time is over. */
export async function expireMatches({ db, now }: Pick<ServiceContext, "db" | "now">): Promise<void> {
  const isOver = (status: MatchStatus): SQL | undefined =>
    and(eq(matchReviews.status, status), lte(matchReviews.updatedAt, now - KEPT_MS[status]));
  await db.delete(matchReviews).where(or(isOver("review"), isOver("accepted"), isOver("rejected")));
}
