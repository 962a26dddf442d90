import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { LINK_KINDS, ROLES } from "../../domain/identity/rights.ts";

export const users = sqliteTable("users", {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  name: text().notNull(),
  role: text({ enum: ROLES }).notNull(),
  /** empty as long as the person has not chosen a password */
  passwordHash: text("password_hash").notNull(),
  active: integer({ mode: "boolean" }).notNull(),
  createdAt: integer("created_at").notNull(),
  lastSignInAt: integer("last_sign_in_at"),
  /** the second factor's secret in base 32; null without a second factor */
  totpSecret: text("totp_secret"),
  /** a secret that the person has not confirmed with a code yet */
  totpPending: text("totp_pending"),
  /** the newest step whose code was used: a code counts once */
  totpStep: integer("totp_step").notNull().default(0),
});

/** What replaces a code of the second factor, once; by the SHA-256 of the person's id and the code. */
export const recoveryCodes = sqliteTable(
  "recovery_codes",
  { hash: text().primaryKey(), userId: text("user_id").notNull() },
  (t) => [index("recovery_codes_user").on(t.userId)],
);

/** A one-time link with which a person chooses a password, by the SHA-256 of its token; deleted with its use. */
export const signInLinks = sqliteTable(
  "sign_in_links",
  {
    hash: text().primaryKey(),
    userId: text("user_id").notNull(),
    kind: text({ enum: LINK_KINDS }).notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (t) => [index("sign_in_links_user").on(t.userId)],
);

/** A signed-in browser. The id is the SHA-256 of the token in the cookie. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    /** to the hour */
    lastSeenAt: integer("last_seen_at").notNull().default(0),
    /** the browser, as it calls itself */
    agent: text().notNull().default(""),
    network: text().notNull().default(""),
  },
  (t) => [index("sessions_user").on(t.userId)],
);

/** A machine's key, by the SHA-256 of the key itself. */
export const apiKeys = sqliteTable("api_keys", {
  hash: text().primaryKey(),
  id: text().notNull(),
  name: text().notNull(),
  scopes: text({ mode: "json" }).$type<string[]>().notNull(),
  /** the sources that it may post as; null = any that does not sign */
  sources: text({ mode: "json" }).$type<string[]>(),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  expiresAt: integer("expires_at"),
  lastUsedAt: integer("last_used_at"),
  revokedAt: integer("revoked_at"),
});

/** Versioned settings: the newest row is in force. */
export const settings = sqliteTable("settings", {
  version: integer().primaryKey(),
  body: text({ mode: "json" }).$type<unknown>().notNull(),
  at: integer().notNull(),
  actor: text().notNull(),
});
