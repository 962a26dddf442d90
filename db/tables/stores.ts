import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { STORE_KINDS, STORE_MODES, STORE_WRITE_STATES } from "../../domain/messages/names.ts";

/** A shop that prices are written to and products, stock and sales are read from. Instants in ms. */
export const stores = sqliteTable("stores", {
  id: text().primaryKey(),
  name: text().notNull(),
  kind: text({ enum: STORE_KINDS }).notNull(),
  mode: text({ enum: STORE_MODES }).notNull(),
  /** address and options: see domain/connectors/options.ts */
  options: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
  /** sealed with a key of the install's secret: see services/secrets/seal.ts */
  credentials: text().notNull(),
  /** newest ledger entry that is planned for the store */
  ledgerSeq: integer("ledger_seq").notNull(),
  /** minutes between two imports of sales and stock, and between two comparisons of all prices; null = only when asked */
  importMinutes: integer("import_minutes"),
  checkMinutes: integer("check_minutes"),
  createdAt: integer("created_at").notNull(),
  /** the job that is under way or was last: see services/connectors/jobs.ts */
  job: text({ mode: "json" }).$type<unknown>(),
  /** sales up to this instant are imported */
  salesUntil: integer("sales_until"),
  importedAt: integer("imported_at"),
  checkedAt: integer("checked_at"),
  /** of the newest exchange with the store */
  lastOkAt: integer("last_ok_at"),
  lastError: text("last_error"),
  lastErrorAt: integer("last_error_at"),
});

/** Where a store keeps a SKU, and the price that it showed last. Minor units of `currency`. */
export const storeListings = sqliteTable(
  "store_listings",
  {
    storeId: text("store_id").notNull(),
    sku: text().notNull(),
    remoteId: text("remote_id").notNull(),
    remoteGroup: text("remote_group"),
    remotePrice: text("remote_price"),
    currency: text().notNull(),
    /** the price that the store is known to have: read back, or accepted by a person; null = none is known */
    price: integer(),
    readAt: integer("read_at").notNull(),
    /** a price that somebody else put there and nobody has decided about; null = none */
    editedPrice: integer("edited_price"),
    editedAt: integer("edited_at"),
    signalId: text("signal_id"),
    /** a write went out without an answer: it may still arrive, so the price is read again then */
    recheckAt: integer("recheck_at"),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.sku] }),
    index("store_listings_edited").on(t.storeId, t.sku).where(sql`edited_at IS NOT NULL`),
    index("store_listings_recheck").on(t.storeId, t.recheckAt).where(sql`recheck_at IS NOT NULL`),
  ],
);

/** One price of the ledger on its way into one store. */
export const storeWrites = sqliteTable(
  "store_writes",
  {
    storeId: text("store_id").notNull(),
    /** of the ledger entry */
    seq: integer().notNull(),
    sku: text().notNull(),
    price: integer().notNull(),
    currency: text().notNull(),
    state: text({ enum: STORE_WRITE_STATES }).notNull(),
    /** requests that may have reached the store */
    attempts: integer().notNull(),
    /** not before this instant */
    nextAt: integer("next_at").notNull(),
    sentAt: integer("sent_at"),
    /** the newest request that got no answer: it may still arrive */
    unansweredAt: integer("unanswered_at"),
    /** what was read back, minor units */
    readPrice: integer("read_price"),
    settledAt: integer("settled_at"),
    /** why it is not confirmed, in words */
    reason: text(),
    isForced: integer("is_forced", { mode: "boolean" }).notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.seq] }),
    // what is still to be done
    index("store_writes_open").on(t.storeId, t.nextAt).where(sql`state IN ('waiting', 'sent')`),
    // what people look at: by state, and by product
    index("store_writes_state").on(t.storeId, t.state, t.seq),
    index("store_writes_sku").on(t.sku, t.seq),
    // by age, to be archived
    index("store_writes_created").on(t.createdAt),
  ],
);
