import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { MAP_STATUSES, NOTICE_CHANNELS } from "../../domain/messages/names.ts";

/** Offers below the price that dealers agreed not to advertise under. Minor units; instants in ms. */
export const mapViolations = sqliteTable(
  "map_violations",
  {
    id: text().primaryKey(),
    sku: text().notNull(),
    competitor: text().notNull(),
    /** whose offer it is on a marketplace; empty: the competitor's own */
    seller: text().notNull(),
    currency: text().notNull(),
    mapPrice: integer("map_price").notNull(),
    /** as first and last seen, and the lowest in between */
    firstPrice: integer("first_price").notNull(),
    price: integer().notNull(),
    lowestPrice: integer("lowest_price").notNull(),
    firstSeenAt: integer("first_seen_at").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
    endedAt: integer("ended_at"),
    /** the newest observation that shows it: its source, batch and row, and the page */
    source: text().notNull(),
    batchId: text("batch_id").notNull(),
    row: integer().notNull(),
    url: text(),
    status: text({ enum: MAP_STATUSES }).notNull(),
    decidedBy: text("decided_by"),
    note: text(),
  },
  (t) => [
    index("map_violations_status").on(t.status, t.lastSeenAt),
    // a dealer has at most one open violation for a product
    uniqueIndex("map_violations_open").on(t.sku, t.competitor, t.seller).where(sql`ended_at IS NULL`),
  ],
);

/** What a dealer was told of a violation: only ever appended to. */
export const mapNotices = sqliteTable(
  "map_notices",
  {
    id: text().primaryKey(),
    violationId: text("violation_id").notNull(),
    at: integer().notNull(),
    by: text().notNull(),
    channel: text({ enum: NOTICE_CHANNELS }).notNull(),
    recipient: text(),
    text: text().notNull(),
  },
  (t) => [index("map_notices_violation").on(t.violationId, t.at), index("map_notices_at").on(t.at)],
);
