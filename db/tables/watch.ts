import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { WatchOutcome } from "../../domain/messages/names.ts";

/** Pages of competitors that are fetched again and again. */
export const watchedPages = sqliteTable(
  "watched_pages",
  {
    id: text().primaryKey(),
    /** as `pageAddress` writes it: the same page is watched once */
    address: text().notNull().unique(),
    url: text().notNull(),
    host: text().notNull(),
    competitor: text().notNull(),
    /** our product; null: found by what the page says, or by a mapping */
    sku: text(),
    everyMinutes: integer("every_minutes").notNull(),
    status: text({ enum: ["active", "paused"] }).notNull(),
    nextAt: integer("next_at").notNull(),
    fetchedAt: integer("fetched_at"),
    /** when a price or a sold-out page was last read */
    readAt: integer("read_at"),
    outcome: text().$type<WatchOutcome>(),
    /** in words */
    detail: text(),
    failures: integer().notNull(),
    etag: text(),
    lastModified: text("last_modified"),
    /** what was read last, as it is posted */
    row: text({ mode: "json" }).$type<Record<string, unknown>>(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
  },
  (t) => [index("watched_pages_due").on(t.status, t.nextAt), index("watched_pages_created").on(t.createdAt)],
);

/** What the hosts of watched pages allow, and when they may be asked again. */
export const watchedHosts = sqliteTable("watched_hosts", {
  host: text().primaryKey(),
  robots: text(),
  robotsAt: integer("robots_at"),
  /** not before, because the host said so or the last fetch was just now */
  nextAt: integer("next_at").notNull(),
});
