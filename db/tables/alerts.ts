import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { type AlertDigest, type AlertItem, CHANNEL_KINDS, DIRECTIONS } from "../../domain/messages/alerts.ts";
import { ENDPOINT_STATUSES } from "../../domain/messages/events.ts";
import type { QuietHours } from "../../domain/outgoing/alerts/rule.ts";
import { BROKEN_RECEIVER } from "./outgoing.ts";

/** Which events are alerts; see domain/outgoing/alerts/rule.ts. */
export const alertRules = sqliteTable("alert_rules", {
  id: text().primaryKey(),
  name: text().notNull(),
  enabled: integer({ mode: "boolean" }).notNull(),
  types: text({ mode: "json" }).$type<string[]>().notNull(),
  category: text(),
  brand: text(),
  competitor: text(),
  query: text(),
  minPriority: integer("min_priority"),
  direction: text({ enum: DIRECTIONS }).notNull(),
  minPct: real("min_pct"),
  minAmount: real("min_amount"),
  level: real(),
  rearmPct: real("rearm_pct"),
  coolDownMinutes: real("cool_down_minutes").notNull(),
  quietHours: text("quiet_hours", { mode: "json" }).$type<QuietHours>(),
  digest: text({ enum: ["hourly", "daily"] }),
  channels: text({ mode: "json" }).$type<string[]>().notNull(),
  /** ms; earlier events are no alerts */
  activeSince: integer("active_since").notNull(),
  createdBy: text("created_by").notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Where alerts are sent. Addresses, tokens and secrets are sealed. */
export const alertChannels = sqliteTable(
  "alert_channels",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    kind: text({ enum: CHANNEL_KINDS }).notNull(),
    sealed: text().notNull(),
    /** enough of the address to know it again */
    hint: text().notNull(),
    status: text({ enum: ENDPOINT_STATUSES }).notNull(),
    reason: text(),
    /** alerts one by one in an hour; those beyond it wait and become a digest */
    perHour: integer("per_hour").notNull(),
    failures: integer().notNull(),
    failingSince: integer("failing_since"),
    nextTryAt: integer("next_try_at"),
    lastDeliveredAt: integer("last_delivered_at"),
    lastError: text("last_error"),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (t) => [index("alert_channels_broken").on(t.status).where(BROKEN_RECEIVER)],
);

/** Alerts that wait to be sent, one each. The key is why none is sent twice. */
export const alertMessages = sqliteTable(
  "alert_messages",
  {
    channelId: text("channel_id").notNull(),
    seq: integer().notNull(),
    ruleId: text("rule_id").notNull(),
    item: text({ mode: "json" }).$type<AlertItem>().notNull(),
    /** it was sent without success: the receiver may have it all the same */
    tried: integer({ mode: "boolean" }).notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.seq, t.ruleId] })],
);

/** Alerts that wait to be sent as one message. */
export const alertDigests = sqliteTable(
  "alert_digests",
  {
    channelId: text("channel_id").notNull(),
    /** ms */
    dueAt: integer("due_at").notNull(),
    body: text({ mode: "json" }).$type<AlertDigest>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.dueAt] })],
);

/** What each rule last told of each thing. */
export const alertStates = sqliteTable(
  "alert_states",
  {
    ruleId: text("rule_id").notNull(),
    key: text().notNull(),
    at: integer().notNull(),
    price: real(),
    ended: integer({ mode: "boolean" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.ruleId, t.key] }), index("alert_states_at").on(t.at)],
);

/** Small things that a job has to remember until it runs again. */
export const keptStates = sqliteTable("kept_states", {
  name: text().primaryKey(),
  value: text({ mode: "json" }).$type<unknown>().notNull(),
});

/** Mails of an install that has no mail service, on a developer's machine: they are read here. */
export const keptMails = sqliteTable("kept_mails", {
  id: integer().primaryKey(),
  to: text({ mode: "json" }).$type<string[]>().notNull(),
  subject: text().notNull(),
  text: text().notNull(),
  html: text().notNull(),
  at: integer().notNull(),
});
