import { index, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { KVI_TIERS } from "../../domain/market/key-value-items.ts";

/** Products that look like key value items, as of the newest scoring, and what a person said to it. */
export const kviScores = sqliteTable(
  "kvi_scores",
  {
    sku: text().primaryKey(),
    score: real().notNull(),
    tier: text({ enum: KVI_TIERS }).notNull(),
    parts: text({ mode: "json" }).$type<Record<string, number>>().notNull(),
    scoredAt: integer("scored_at").notNull(),
    /** ms; somebody has said that it is none */
    dismissedAt: integer("dismissed_at"),
    dismissedBy: text("dismissed_by"),
  },
  (t) => [index("kvi_scores_score").on(t.score)],
);
