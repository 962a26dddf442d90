import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A person decided the price, without a run. As text: an index of such rows serves only the very same condition. */
export const MANUAL_CAUSE = sql.raw("cause_kind IN ('manual', 'rollback', 'override')");

/** Append-only price ledger. `seq` is the key: of two writers with the same head one fails. */
export const priceLedger = sqliteTable(
  "price_ledger",
  {
    seq: integer().primaryKey(),
    sku: text().notNull(),
    from: integer("from_price"),
    to: integer("to_price").notNull(),
    currency: text().notNull(),
    source: text().notNull(),
    causeKind: text("cause_kind").notNull(),
    causeId: text("cause_id"),
    actor: text().notNull(),
    at: integer().notNull(),
    reason: text(),
    prevHash: text("prev_hash").notNull(),
    hash: text().notNull(),
  },
  // the price history of one SKU
  (t) => [
    index("price_ledger_sku").on(t.sku, t.at),
    // the prices that people set, of which there are few
    index("price_ledger_manual").on(t.at).where(MANUAL_CAUSE),
  ],
);

/** Append-only audit: who did what to what. */
export const audit = sqliteTable("audit", {
  seq: integer().primaryKey(),
  at: integer().notNull(),
  actor: text().notNull(),
  /** the id of the person, key or source; null for the system's own jobs */
  actorId: text("actor_id"),
  action: text().notNull(),
  subject: text().notNull(),
  detail: text({ mode: "json" }).$type<unknown>().notNull(),
  prevHash: text("prev_hash").notNull(),
  hash: text().notNull(),
});

/**
 * Which audit entries are of an instant: the entries of a commit stand together and share one, so that one row leads to all
 * of them. A decided row finds its entry by it, and a span of time its first. No evidence, but the check compares it.
 */
export const auditInstants = sqliteTable("audit_instants", {
  at: integer().primaryKey(),
  /** the first and the last entry of the instant */
  from: integer("from_seq").notNull(),
  to: integer("to_seq").notNull(),
});

/** Which audit entries concern a SKU: an index of their details, no evidence. */
export const auditSkus = sqliteTable(
  "audit_skus",
  { sku: text().notNull(), seq: integer().notNull() },
  (t) => [primaryKey({ columns: [t.sku, t.seq] })],
);

/** Jobs of cron whose last pass failed, and what the check of the chains found. A row goes when all is well again. */
export const jobFailures = sqliteTable("job_failures", {
  job: text().primaryKey(),
  /** ms */
  since: integer().notNull(),
  error: text().notNull(),
});

/** Messages that are sent after a commit; written in the same batch as the change. */
export const outbox = sqliteTable("outbox", {
  id: integer().primaryKey({ autoIncrement: true }),
  kind: text({ enum: ["ours"] }).notNull(),
  key: text().notNull(),
  body: text({ mode: "json" }).$type<unknown>().notNull(),
  createdAt: integer("created_at").notNull(),
  sentAt: integer("sent_at"),
  attempts: integer().notNull(),
});

/**
 * The last statement of an atomic batch inserts here the number of rows its updates hit and the number wanted; the
 * CHECK fails, and with it the whole batch, unless they agree. (An UPDATE that hits nothing does not fail a batch.)
 */
export const batchGuard = sqliteTable(
  "batch_guard",
  { id: integer().primaryKey(), hit: integer().notNull(), wanted: integer().notNull() },
  (t) => [check("all_hit", sql`${t.hit} = ${t.wanted}`)],
);
