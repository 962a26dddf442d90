import { and, eq } from "drizzle-orm";
import { bulkUpsert, excluded, jsonTable } from "../../db/bulk.ts";
import { matchReviews } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { wideHash } from "../../domain/base/sharding.ts";
import { decideMatch, type Match, type Suggestion } from "../../domain/matching/decide.ts";
import type { Described } from "../../domain/matching/profile.ts";
import type { MatchListing } from "../../domain/messages/match-listing.ts";
import { readPrice } from "../../domain/reading/price-text.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";
import { catalogueIndex } from "./catalogue-index.ts";

/** A listing's match, and the review that waits for a person. */
export type ListingMatch = Match & { id: string; reviewId?: string };

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Finds the product of each listing. What a person said of a listing stands: an accepted match is taken, a rejected one
 * never offered again. What is not sure enough waits in the review queue.
 */
export async function matchListings(
  ctx: ServiceContext,
  listings: readonly MatchListing[],
): Promise<ListingMatch[]> {
  const [index, { settings }] = await Promise.all([catalogueIndex(ctx.db), readSettings(ctx.d1)]);
  const settled = Map.groupBy(await settledOf(ctx, listings), ({ competitor, listingId }) =>
    keyOf(competitor, listingId),
  );
  const matches = listings.map((listing): ListingMatch => {
    const known = settled.get(keyOf(listing.competitor ?? "", listing.id)) ?? [];
    const rejected = new Set(known.filter(({ status }) => status === "rejected").map(({ sku }) => sku));
    const match = decideMatch(index, described(listing), rejected, settings.matching);
    const accepted = known.find(({ status }) => status === "accepted");
    if (accepted === undefined) return { id: listing.id, ...match };
    return {
      ...match,
      id: listing.id,
      sku: accepted.sku,
      score: 1,
      decision: "auto",
      why: ["a person accepted it"],
    };
  });
  return queueReviews(ctx, listings, matches);
}

/** The products that an unmatched row may be, by its title and numbers. */
export async function suggestProducts(ctx: ServiceContext, listing: MatchListing): Promise<Suggestion[]> {
  const [index, { settings }] = await Promise.all([catalogueIndex(ctx.db), readSettings(ctx.d1)]);
  return decideMatch(index, described(listing), NOBODY, settings.matching).suggestions;
}

function described({ title, brand, gtin, mpn, price }: MatchListing): Described {
  const amount = typeof price === "string" ? readPrice(price).amount : price;
  return { title, brand, gtin, mpn, price: amount === null || amount === undefined ? null : Number(amount) };
}

function keyOf(competitor: string, listingId: string): string {
  return JSON.stringify([competitor, listingId]);
}

async function settledOf({ db }: ServiceContext, listings: readonly MatchListing[]) {
  const wanted = jsonTable(
    "wanted",
    ["competitor", "listingId"],
    listings.map(({ id, competitor }) => ({ competitor: competitor ?? "", listingId: id })),
  );
  const isWanted = and(
    eq(matchReviews.competitor, wanted.competitor),
    eq(matchReviews.listingId, wanted.listingId),
  );
  const { competitor, listingId, sku, status } = matchReviews;
  return db
    .select({ competitor, listingId, sku, status })
    .from(wanted.table)
    .innerJoin(matchReviews, isWanted);
}

/** Stores what waits for a person; a review that was settled stays as it is. */
async function queueReviews(
  ctx: ServiceContext,
  listings: readonly MatchListing[],
  matches: readonly ListingMatch[],
): Promise<ListingMatch[]> {
  const rows = new Map<string, typeof matchReviews.$inferInsert>();
  const queued = matches.map((match, i): ListingMatch => {
    if (match.decision !== "review" || match.sku === null) return match;
    const listing = listings[i]!;
    const competitor = listing.competitor ?? "";
    const id = `mr_${wideHash(JSON.stringify([competitor, listing.id, match.sku])).toString(36)}`;
    const { sku, score, why, packFactor } = match;
    rows.set(id, {
      ...{ competitor, listingId: listing.id, sku, id, listing, score, why, packFactor, status: "review" },
      ...{ settledBy: null, createdAt: ctx.now, updatedAt: ctx.now },
    });
    return { ...match, reviewId: id };
  });
  if (rows.size > 0)
    await commitBatch(ctx.d1, bulkUpsert(ctx.d1, matchReviews, [...rows.values()], SEEN_AGAIN));
  return queued;
}

/** A listing that is seen again has its newest words; what a person said of it stays. */
const SEEN_AGAIN = {
  update: ["listing", "score", "why", "packFactor", "updatedAt"],
  where: eq(matchReviews.status, excluded(matchReviews.status)),
} as const satisfies Parameters<typeof bulkUpsert<typeof matchReviews>>[3];
