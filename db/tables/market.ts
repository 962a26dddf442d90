import { desc } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { SIGNAL_STATUSES } from "../../domain/messages/names.ts";
import { QUARANTINE_STATUSES, type RefusedStockEvent } from "../../domain/messages/present.ts";
import { KEPT_AVAILABILITIES, LONG_PERIODS } from "../../domain/messages/rows.ts";

/** Projection: the latest accepted offer of each competitor. Written by the shard's consumer alone, guarded by version. */
export const offers = sqliteTable(
  "offers",
  {
    sku: text().notNull(),
    competitor: text().notNull(),
    price: integer().notNull(),
    landedPrice: integer("landed_price").notNull(),
    currency: text().notNull(),
    availability: text({ enum: KEPT_AVAILABILITIES }).notNull(),
    observedAt: integer("observed_at").notNull(),
    receivedAt: integer("received_at").notNull(),
    source: text().notNull(),
    version: integer().notNull(),
    /** since when its source's crawls are known to be without it; null = it is there */
    missingSince: integer("missing_since"),
  },
  (t) => [primaryKey({ columns: [t.sku, t.competitor] })],
);

/** Projection: signals, from open to resolved. */
export const signals = sqliteTable(
  "signals",
  {
    id: text().primaryKey(),
    sku: text().notNull(),
    competitor: text(),
    type: text().notNull(),
    status: text({ enum: SIGNAL_STATUSES }).notNull(),
    priority: integer().notNull(),
    severity: real().notNull(),
    confidence: real().notNull(),
    message: text().notNull(),
    evidence: text({ mode: "json" }).$type<Record<string, number | string | boolean | null>>().notNull(),
    openedAt: integer("opened_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    resolvedAt: integer("resolved_at"),
    acknowledgedBy: text("acknowledged_by"),
    /** address of the person who sees to it; null = nobody yet */
    assignee: text(),
    /** of the latest notice; null = nobody was notified */
    noticeAt: integer("notice_at"),
    version: integer().notNull(),
  },
  // the list is read newest first within a status; the SKU's page reads its own
  (t) => [
    index("signals_status").on(t.status, t.openedAt),
    index("signals_opened").on(t.openedAt),
    index("signals_sku").on(t.sku),
  ],
);

/** Projection: one row per SKU and civil day, or longer period that begins on it. */
export const demandDays = sqliteTable(
  "demand_days",
  {
    sku: text().notNull(),
    day: text().notNull(),
    units: integer().notNull(),
    revenue: integer().notNull(),
    price: integer().notNull(),
    inStockShare: real("in_stock_share"),
    promo: integer({ mode: "boolean" }).notNull(),
    views: integer(),
    carts: integer(),
    /** how long the row is; null = a day */
    period: text({ enum: LONG_PERIODS }),
    /** promotions by name with their strengths, canonical JSON; null = none has a name */
    promotions: text(),
    version: integer().notNull(),
    /** what shoppers did on the day, by hour and device: see domain/shard/demand/behaviour.ts */
    behaviour: text(),
  },
  (t) => [primaryKey({ columns: [t.sku, t.day] })],
);

/**
 * Projection: units of a SKU in a warehouse, how many were sold from it lately, and the stock events that would have taken
 * them below zero.
 */
export const stock = sqliteTable(
  "stock",
  {
    sku: text().notNull(),
    warehouse: text().notNull(),
    units: integer().notNull(),
    /** units sold from here in the days whose events its shard keeps */
    outflow: real().notNull().default(0),
    refused: text({ mode: "json" }).$type<RefusedStockEvent[]>(),
    at: integer().notNull(),
    version: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.sku, t.warehouse] })],
);

/** Projection: what comparison sites say of a SKU; shown beside offers, never one. */
export const aggregates = sqliteTable(
  "aggregates",
  {
    sku: text().notNull(),
    aggregator: text().notNull(),
    available: integer({ mode: "boolean" }).notNull(),
    min: integer().notNull(),
    avg: integer().notNull(),
    max: integer().notNull(),
    storesTracked: integer("stores_tracked").notNull(),
    observedAt: integer("observed_at").notNull(),
    receivedAt: integer("received_at").notNull(),
    version: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.sku, t.aggregator] })],
);

/** Projection: observations that were not believed at once, and what became of them. */
export const quarantine = sqliteTable(
  "quarantine",
  {
    id: text().primaryKey(),
    sku: text().notNull(),
    competitor: text().notNull(),
    source: text().notNull(),
    price: integer().notNull(),
    landedPrice: integer("landed_price").notNull(),
    currency: text().notNull(),
    availability: text({ enum: KEPT_AVAILABILITIES }).notNull(),
    code: text({ enum: ["slip", "outlier"] }).notNull(),
    kind: text().notNull(),
    expected: integer().notNull(),
    observedAt: integer("observed_at").notNull(),
    receivedAt: integer("received_at").notNull(),
    heldAt: integer("held_at").notNull(),
    status: text({ enum: QUARANTINE_STATUSES }).notNull(),
    settledBy: text("settled_by", { enum: ["gate", "person", "time"] }),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull(),
  },
  (t) => [index("quarantine_status").on(t.status, t.heldAt), index("quarantine_held").on(t.heldAt, t.id)],
);

/** Exchange rates by day: units of `quote` for one `base`, as a decimal string. */
export const fxRates = sqliteTable(
  "fx_rates",
  {
    base: text().notNull(),
    quote: text().notNull(),
    day: text().notNull(),
    rate: text().notNull(),
    source: text().notNull(),
    savedAt: integer("saved_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.base, t.quote, t.day] }),
    index("fx_rates_day").on(desc(t.day), t.base, t.quote),
  ],
);

/** Where our prices stood on a day, for the whole catalogue, a category, a brand or a competitor; the newest of the day. */
export const marketDays = sqliteTable(
  "market_days",
  {
    day: text().notNull(),
    dimension: text({ enum: ["all", "category", "brand", "competitor"] }).notNull(),
    /** empty for the whole catalogue */
    key: text().notNull(),
    sums: text({ mode: "json" }).$type<unknown>().notNull(),
    at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.dimension, t.key, t.day] })],
);
