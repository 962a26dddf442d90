import { sql } from "drizzle-orm";
import { integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { MODEL_KINDS, MODEL_STATUSES } from "../../domain/messages/names.ts";

/** Every version of what is learned from the shop's data, and who put it in force. */
export const models = sqliteTable(
  "models",
  {
    id: text().primaryKey(),
    kind: text({ enum: MODEL_KINDS }).notNull(),
    version: integer().notNull(),
    status: text({ enum: MODEL_STATUSES }).notNull(),
    /** the run that learned it, which keeps its results in the bucket */
    runId: text("run_id").notNull(),
    codeVersion: text("code_version").notNull(),
    configHash: text("config_hash").notNull(),
    /** of the data that it was learned from */
    dataHash: text("data_hash").notNull(),
    /** civil days */
    trainedFrom: text("trained_from"),
    trainedTo: text("trained_to"),
    trigger: text({ enum: ["first", "night", "weekly", "drift", "person"] }).notNull(),
    reason: text(),
    metrics: text({ mode: "json" }).$type<unknown>().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    /** of a candidate: until when it may be approved */
    expiresAt: integer("expires_at"),
    decidedBy: text("decided_by"),
    decidedAt: integer("decided_at"),
    note: text(),
  },
  (t) => [
    uniqueIndex("models_version").on(t.kind, t.version),
    // one in force of each kind
    uniqueIndex("models_active").on(t.kind).where(sql`status = 'active'`),
  ],
);

/** The newest number given out of a kind: a run has its own from its start, however many run at once. */
export const counters = sqliteTable("counters", {
  name: text({ enum: ["model_version"] }).primaryKey(),
  value: integer().notNull(),
});
