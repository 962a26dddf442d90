import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What `/metrics` shows, summed up beforehand: one row for each job that writes some, so that a scrape reads a few rows
 * however much there is.
 */
export const metrics = sqliteTable("metrics", {
  writer: text().primaryKey(),
  /** values by metric and labels */
  samples: text({ mode: "json" }).$type<Record<string, number>>().notNull(),
  /** ms */
  at: integer().notNull(),
});

/** The instant of the newest data of a kind, for health to read without looking through the data. */
export const newestData = sqliteTable("newest_data", {
  part: text({ enum: ["demand", "observations"] }).primaryKey(),
  /** ms */
  at: integer().notNull(),
});
