import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { EVENT_TYPES } from "../../domain/messages/events.ts";

/**
 * What happened, written in the batch of the change itself. `seq` has no gaps: it is given at the commit, and a batch
 * that is rolled back gives its numbers back.
 */
export const events = sqliteTable("events", {
  seq: integer().primaryKey({ autoIncrement: true }),
  type: text({ enum: EVENT_TYPES }).notNull(),
  at: integer().notNull(),
  sku: text(),
  subject: text().notNull(),
  /** money in minor units of its `currency` */
  data: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
});
