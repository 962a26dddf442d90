import { z } from "zod";
import { MATCH_DECISIONS } from "../matching/decide.ts";
import { MATCH_STATUSES } from "../messages/match-listing.ts";
import { count, instant, named } from "./answers.ts";

/** Listings of one request: each is compared with some forty products. */
const LISTINGS_MAX = 100;

const text = (length: number) => z.string().trim().min(1).max(length);

/** A competitor's product, as it calls it. */
const ListingInput = z
  .strictObject({
    id: text(200).describe("the caller's own: decisions of people are remembered by competitor and id"),
    title: text(1000),
    gtin: text(40).nullish(),
    mpn: text(100).nullish(),
    brand: text(200).nullish(),
    price: z
      .union([z.string().max(200), z.number()])
      .nullish()
      .describe("in the catalogue's currency"),
    competitor: text(200)
      .nullish()
      .describe("who lists it; needed for an accepted match to become a mapping"),
    competitorSku: text(200).nullish(),
    url: text(2000).nullish(),
  })
  .meta({ id: "ListingInput" });

export const MatchCommand = z
  .strictObject({ listings: z.array(ListingInput).min(1).max(LISTINGS_MAX) })
  .meta({ id: "MatchCommand" });

const score = z.number().min(0).max(1).describe("calibrated probability that it is the product");

const SuggestionShape = named("MatchSuggestion", {
  sku: z.string(),
  title: z.string(),
  score,
  decision: z
    .enum(MATCH_DECISIONS)
    .describe(
      "by the settings `matching`: auto for the one that is taken, else review, or none below its threshold",
    ),
});

export const SuggestionsShape = named("MatchSuggestions", { suggestions: z.array(SuggestionShape) });

export const MatchesShape = named("Matches", {
  matches: z.array(
    named("Match", {
      id: z.string(),
      sku: z.string().nullable(),
      score,
      decision: z.enum(MATCH_DECISIONS),
      why: z.array(z.string()),
      packFactor: z
        .number()
        .nullable()
        .describe("packs of ours in theirs: their price divided by it is for one of ours"),
      reviewId: z.string().optional().describe("where a person settles it"),
      suggestions: z.array(SuggestionShape),
    }),
  ),
});

/** A match that a person is to look at, or has looked at. */
export const MatchReviewShape = named("MatchReview", {
  id: z.string(),
  listing: ListingInput,
  sku: z.string(),
  score,
  why: z.array(z.string()),
  packFactor: z.number().optional(),
  status: z.enum(MATCH_STATUSES),
  settledBy: z.string().optional(),
  createdAt: instant,
  updatedAt: instant,
  expiresAt: instant.describe("when it is forgotten if the listing is not seen again"),
});

/** The review, settled, and what that released. */
export const SettledMatchShape = named("SettledMatch", {
  review: MatchReviewShape,
  reingested: count.describe("unmatched rows that were taken in again"),
});
