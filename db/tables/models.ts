import { sql } from "drizzle-orm";
import { integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { MODEL_KINDS, MODEL_STATUSES, MODEL_TRIGGERS } from "../../domain/messages/names.ts";

/** What a version had learned at a time, before it learned from newer data. Plain JSON. */
export interface ModelState {
  runId: string;
  /** of the data, ms */
  asOf: number;
  dataHash: string;
  configHash: string;
  trainedFrom: string | null;
  trainedTo: string | null;
  metrics: unknown;
  /** since when it was so, ms */
  at: number;
}

/** Every version of what is learned from the shop's data, and who put it in force. */
export const models = sqliteTable(
  "models",
  {
    id: text().primaryKey(),
    kind: text({ enum: MODEL_KINDS }).notNull(),
    version: integer().notNull(),
    status: text({ enum: MODEL_STATUSES }).notNull(),
    /** the run that learned what it knows now, which keeps its results in the bucket; empty where no run did */
    runId: text("run_id").notNull(),
    /** of that run's data, ms */
    asOf: integer("as_of").notNull().default(0),
    /** when the version last learned from newer data, ms; null = never */
    refreshedAt: integer("refreshed_at"),
    /** what it had learned before, newest first */
    refreshes: text({ mode: "json" }).$type<ModelState[]>().notNull().default([]),
    codeVersion: text("code_version").notNull(),
    configHash: text("config_hash").notNull(),
    /** of the data that it was learned from */
    dataHash: text("data_hash").notNull(),
    /** civil days */
    trainedFrom: text("trained_from"),
    trainedTo: text("trained_to"),
    /** in words, where it is not the shop's own data */
    trainedOn: text("trained_on"),
    trigger: text({ enum: MODEL_TRIGGERS }).notNull(),
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
