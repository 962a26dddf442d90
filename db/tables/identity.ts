import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { ROLES } from "../../domain/identity/rights.ts";

export const users = sqliteTable("users", {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  name: text().notNull(),
  role: text({ enum: ROLES }).notNull(),
  passwordHash: text("password_hash").notNull(),
  active: integer({ mode: "boolean" }).notNull(),
  createdAt: integer("created_at").notNull(),
});

/** A signed-in browser. The id is the SHA-256 of the token in the cookie. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (t) => [index("sessions_user").on(t.userId)],
);

/** A machine's key, by the SHA-256 of the key itself. */
export const apiKeys = sqliteTable("api_keys", {
  hash: text().primaryKey(),
  id: text().notNull(),
  name: text().notNull(),
  scopes: text({ mode: "json" }).$type<string[]>().notNull(),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  lastUsedAt: integer("last_used_at"),
  revokedAt: integer("revoked_at"),
});

/** Failed sign-ins, to slow down guessing. */
export const signInFailures = sqliteTable("sign_in_failures", {
  email: text().primaryKey(),
  count: integer().notNull(),
  lastAt: integer("last_at").notNull(),
});

/** Versioned settings: the newest row is in force. */
export const settings = sqliteTable("settings", {
  version: integer().primaryKey(),
  body: text({ mode: "json" }).$type<unknown>().notNull(),
  at: integer().notNull(),
  actor: text().notNull(),
});
