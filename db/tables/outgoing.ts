import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import {
  DELIVERY_OUTCOMES,
  ENDPOINT_STATUSES,
  EVENT_TYPES,
  type EventType,
} from "../../domain/messages/events.ts";

/**
 * What happened, written in the batch of the change itself. `seq` has no gaps: it is given at the commit, one more than
 * the newest, and a batch that is rolled back takes none. The newest event is never deleted, so that none comes again.
 */
export const events = sqliteTable("events", {
  seq: integer().primaryKey(),
  type: text({ enum: EVENT_TYPES }).notNull(),
  at: integer().notNull(),
  sku: text(),
  subject: text().notNull(),
  /** money in minor units of its `currency` */
  data: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
  /** events of the same commit that come right before this one, in their order; null = none shares its row */
  earlier: text({ mode: "json" }).$type<PackedEvent[]>(),
});

/** An event in the row of another: the numbers go down from that of the row. */
export type PackedEvent = [
  type: EventType,
  sku: string | null,
  subject: string,
  data: Record<string, unknown>,
];

/** A receiver that was turned off, or that failed three times in a row: before that it may only be busy. For health. */
export const BROKEN_RECEIVER = sql`status = 'disabled' OR (status = 'enabled' AND failures >= 3)`;

/** Who is sent events, and how far each has got. */
export const endpoints = sqliteTable(
  "endpoints",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    url: text().notNull(),
    /** event types, `price.*` for a family, `*` for all */
    types: text({ mode: "json" }).$type<string[]>().notNull(),
    status: text({ enum: ENDPOINT_STATUSES }).notNull(),
    /** why it is off, if the install has turned it off */
    reason: text(),
    /** all events up to this number are done with, and so are the numbers in `ahead` */
    cursor: integer().notNull(),
    ahead: text({ mode: "json" }).$type<number[]>().notNull(),
    /** failures in a row */
    failures: integer().notNull(),
    failingSince: integer("failing_since"),
    nextTryAt: integer("next_try_at"),
    lastDeliveredAt: integer("last_delivered_at"),
    lastError: text("last_error"),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("endpoints_broken").on(t.status).where(BROKEN_RECEIVER)],
);

/** Signing secrets of endpoints, sealed; after a rotation the older one signs too until `expiresAt`. */
export const endpointSecrets = sqliteTable(
  "endpoint_secrets",
  {
    endpointId: text("endpoint_id").notNull(),
    id: text().notNull(),
    sealed: text().notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at"),
  },
  (t) => [primaryKey({ columns: [t.endpointId, t.id] })],
);

/** What was sent where, each try: kept for some days. */
export const deliveries = sqliteTable(
  "deliveries",
  {
    id: integer().primaryKey(),
    /** the endpoint or channel */
    target: text().notNull(),
    /** the event; null = a test, or a message about several */
    seq: integer(),
    what: text().notNull(),
    outcome: text({ enum: DELIVERY_OUTCOMES }).notNull(),
    /** of the answer; null = there was none */
    status: integer(),
    error: text(),
    ms: integer().notNull(),
    at: integer().notNull(),
  },
  // the log of one target, newest first
  (t) => [index("deliveries_target").on(t.target, t.id)],
);
