import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { MATCH_STATUSES, type MatchListing } from "../../domain/messages/match-listing.ts";
import { DEAD_LETTER_STATUSES, SOURCE_FORMATS } from "../../domain/messages/names.ts";

/** Who posts observations: a scraper, a feed, the shop. */
export const sources = sqliteTable("sources", {
  id: text().primaryKey(),
  name: text().notNull(),
  format: text({ enum: SOURCE_FORMATS }).notNull(),
  /** requests a minute; null = the install's default */
  rateLimit: real("rate_limit"),
  createdAt: integer("created_at").notNull(),
  /** an ingest key may stand in the address, where logs may keep it */
  allowToken: integer("allow_token", { mode: "boolean" }).notNull().default(false),
  /** health: times of the newest batch and of the newest row that was accepted */
  lastBatchAt: integer("last_batch_at"),
  lastAcceptedAt: integer("last_accepted_at"),
  /** moving averages over the batches that were looked at, at most one a minute */
  rejectedShare: real("rejected_share").notNull().default(0),
  quarantinedShare: real("quarantined_share").notNull().default(0),
  zeroShare: real("zero_share").notNull().default(0),
  outOfStockShare: real("out_of_stock_share").notNull().default(0),
  /** between the batches that were looked at, ms */
  gapMs: real("gap_ms"),
  /** when somebody was asked last to look at its crawls, ms, and after how many seconds; null = never */
  crawlsAskedAt: integer("crawls_asked_at"),
  crawlsAfterSeconds: integer("crawls_after_seconds"),
});

/** Crawls that sources told of: their observations' event times, and whether they were complete. Kept 30 days. */
export const crawls = sqliteTable(
  "crawls",
  {
    source: text().notNull(),
    id: text().notNull(),
    from: integer("from_at").notNull(),
    to: integer("to_at").notNull(),
    complete: integer({ mode: "boolean" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.id] })],
);

/** Signing secrets; after a rotation the older one lives until `expiresAt`. */
export const sourceSecrets = sqliteTable(
  "source_secrets",
  {
    sourceId: text("source_id").notNull(),
    /** sealed; one that an earlier version kept as it is (`whsec_…`) is sealed within the hour */
    secret: text().notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at"),
  },
  (t) => [primaryKey({ columns: [t.sourceId, t.secret] })],
);

/** Messages that exhausted their tries: shown, replayable, discardable. */
export const deadLetters = sqliteTable(
  "dead_letters",
  {
    id: text().primaryKey(),
    queue: text().notNull(),
    reason: text().notNull(),
    attempts: integer().notNull(),
    body: text({ mode: "json" }).$type<unknown>().notNull(),
    status: text({ enum: DEAD_LETTER_STATUSES }).notNull(),
    parkedAt: integer("parked_at").notNull(),
    settledAt: integer("settled_at"),
  },
  (t) => [index("dead_letters_parked").on(t.parkedAt), index("dead_letters_status").on(t.status, t.parkedAt)],
);

/** Observations whose product is not known, the newest of each: kept 30 days, until somebody maps them. */
export const unmatched = sqliteTable(
  "unmatched",
  {
    id: text().primaryKey(),
    source: text().notNull(),
    competitor: text().notNull(),
    competitorSku: text("competitor_sku"),
    url: text(),
    /** what it is to be mapped by: competitor and number or address, in one form for all spellings */
    named: text().notNull().default(""),
    /** as it was posted */
    row: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
    firstSeenAt: integer("first_seen_at").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
    sightings: integer().notNull(),
  },
  (t) => [index("unmatched_seen").on(t.lastSeenAt)],
);

/** Which field each column of a source's files stands for, as it was said last. */
export const importColumns = sqliteTable(
  "import_columns",
  {
    source: text().notNull(),
    kind: text().notNull(),
    columns: text({ mode: "json" }).$type<Record<string, string>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.kind] })],
);

/** The spellings of a competitor, by what they have in common. The first that came is its id. */
export const competitorNames = sqliteTable("competitor_names", {
  /** see `competitorKey` */
  key: text().primaryKey(),
  competitor: text().notNull(),
});

/** Which of our products a competitor's own number or a page stands for. */
export const mappings = sqliteTable(
  "mappings",
  {
    competitor: text().notNull(),
    kind: text({ enum: ["sku", "url"] }).notNull(),
    key: text().notNull(),
    sku: text().notNull(),
    /** packs of ours in theirs; null = the same pack */
    packFactor: real("pack_factor"),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.competitor, t.kind, t.key] })],
);

/** Matches that a person is to settle, or has settled: by competitor, listing and product. */
export const matchReviews = sqliteTable(
  "match_reviews",
  {
    competitor: text().notNull(),
    listingId: text("listing_id").notNull(),
    sku: text().notNull(),
    /** made from the three: what the API calls it by */
    id: text().notNull(),
    listing: text({ mode: "json" }).$type<MatchListing>().notNull(),
    /** probability, 0 to 1 */
    score: real().notNull(),
    why: text({ mode: "json" }).$type<string[]>().notNull(),
    packFactor: real("pack_factor"),
    status: text({ enum: MATCH_STATUSES }).notNull(),
    settledBy: text("settled_by"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.competitor, t.listingId, t.sku] }),
    uniqueIndex("match_reviews_id").on(t.id),
    index("match_reviews_score").on(t.score, t.id),
  ],
);
