import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What each check of the data found last. */
export const qualityChecks = sqliteTable("quality_checks", {
  name: text().primaryKey(),
  /** what it looks at */
  area: text().notNull(),
  description: text().notNull(),
  status: text({ enum: ["ok", "failing", "broken"] }).notNull(),
  /** rows that fail */
  failing: integer().notNull(),
  /** some of them */
  rows: text({ mode: "json" }).$type<Record<string, string | number | boolean | null>[]>().notNull(),
  /** the query, where it is one; or why the check itself failed */
  detail: text(),
  checkedAt: integer("checked_at").notNull(),
  /** since when it has this status */
  since: integer().notNull(),
});

/** How many rows failed each time. */
export const qualityHistory = sqliteTable(
  "quality_history",
  {
    name: text().notNull(),
    at: integer().notNull(),
    status: text({ enum: ["ok", "failing", "broken"] }).notNull(),
    failing: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.name, t.at] })],
);
