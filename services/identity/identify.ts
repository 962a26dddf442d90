import { and, eq, gt } from "drizzle-orm";
import { apiKeys, sessions, users } from "../../db/schema.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import { type Actor, ROLE_SCOPES, type Scope } from "../../domain/identity/rights.ts";
import type { ServiceContext } from "../context.ts";
import { tokenHash } from "./token.ts";

/** A key's last use is stored at most this often: it is for people, and rows written are the bill. */
const LAST_USED_EVERY_MS = HOUR_MS;

type Lookup = Pick<ServiceContext, "d1" | "db" | "now">;

/** The person behind a session's token; null if it is unknown, over, or the person was switched off. */
export async function identifySession(ctx: Lookup, token: string): Promise<Actor | null> {
  const [found] = await ctx.db
    .select({ id: users.id, email: users.email, name: users.name, role: users.role, active: users.active })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, tokenHash(token)), gt(sessions.expiresAt, ctx.now)));
  if (!found?.active) return null;
  const { id, email, name, role } = found;
  return { kind: "user", id, email, name, role, scopes: ROLE_SCOPES[role] };
}

/** The machine behind an API key; null if it is unknown or revoked. */
export async function identifyKey(ctx: Lookup, key: string): Promise<Actor | null> {
  const hash = tokenHash(key);
  const [found] = await ctx.db.select().from(apiKeys).where(eq(apiKeys.hash, hash));
  if (!found || found.revokedAt !== null) return null;
  if (ctx.now - (found.lastUsedAt ?? 0) > LAST_USED_EVERY_MS)
    await ctx.db.update(apiKeys).set({ lastUsedAt: ctx.now }).where(eq(apiKeys.hash, hash));
  return { kind: "key", id: found.id, name: found.name, scopes: found.scopes as Scope[] };
}
