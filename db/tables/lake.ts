import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * How far the lake has come: one row. A pass is opened here before its files are written and closed in the batch that
 * lists them, so that a pass that was interrupted is done again under the same names.
 */
export const lakeState = sqliteTable("lake_state", {
  id: integer().primaryKey(),
  pass: integer().notNull(),
  isOpen: integer("is_open", { mode: "boolean" }).notNull(),
  /** up to where each Inbox and each table of D1 was taken by the passes before, and is by this one */
  from: text("from_marks", { mode: "json" }).$type<Record<string, number>>().notNull(),
  to: text("to_marks", { mode: "json" }).$type<Record<string, number>>().notNull(),
  /** chunks between the two: an Inbox that answers fewer has let go of some, because the pass is done */
  chunks: integer().notNull(),
  /** ms; until then the job that took the pass works on it */
  leasedUntil: integer("leased_until").notNull(),
  /** the newest pass that the manifest in the bucket shows; an earlier one is written again */
  shown: integer().notNull(),
  at: integer().notNull(),
});

/** The files of the lake. What is not here is not in it, even if the bucket has it. */
export const lakeParts = sqliteTable(
  "lake_parts",
  {
    key: text().primaryKey(),
    tableName: text("table_name").notNull(),
    /** YYYY-MM-DD, UTC */
    date: text().notNull(),
    pass: integer().notNull(),
    rows: integer().notNull(),
    bytes: integer().notNull(),
    sha256: text().notNull(),
    /** ms; of its rows' times */
    firstAt: integer("first_at").notNull(),
    lastAt: integer("last_at").notNull(),
    writtenAt: integer("written_at").notNull(),
    /** ms; it was merged into another and is to be deleted */
    replacedAt: integer("replaced_at"),
  },
  (t) => [index("lake_parts_of").on(t.tableName, t.date)],
);

/** Visitors whose hashes are to be taken out of the lake; a row goes when that is done. */
export const lakeErasures = sqliteTable("lake_erasures", {
  visitor: integer().primaryKey(),
  askedAt: integer("asked_at").notNull(),
});
