import { and, eq, gt } from "drizzle-orm";
import { apiKeys, sessions, users } from "../../db/schema.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import { type Actor, type Caller, ROLE_SCOPES, type Scope } from "../../domain/identity/rights.ts";
import type { ServiceContext } from "../context.ts";
import type { User } from "./check-password.ts";
import { plainAddress } from "./place.ts";
import { tokenHash } from "./token.ts";

/** A last use is stored at most this often: it is for people, and rows written are the bill. */
const LAST_USED_EVERY_MS = HOUR_MS;

type Lookup = Pick<ServiceContext, "d1" | "db" | "now">;

/** The person behind a session's token; null if it is unknown, over, or the person was deactivated. */
export async function identifySession(ctx: Lookup, token: string): Promise<Caller | null> {
  const isThis = eq(sessions.id, tokenHash(token));
  const [found] = await ctx.db
    .select({ user: users, session: sessions })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(isThis, gt(sessions.expiresAt, ctx.now)));
  if (!found?.user.active) return null;
  const { id, expiresAt, lastSeenAt } = found.session;
  if (ctx.now - lastSeenAt > LAST_USED_EVERY_MS)
    await ctx.db.update(sessions).set({ lastSeenAt: ctx.now }).where(isThis);
  return { actor: personActor(found.user), credential: { kind: "session", id, expiresAt } };
}

/** The machine behind an API key; null if it is unknown, over or revoked. */
export async function identifyKey(ctx: Lookup, key: string): Promise<Caller | null> {
  const hash = tokenHash(key);
  const [found] = await ctx.db.select().from(apiKeys).where(eq(apiKeys.hash, hash));
  if (!found || found.revokedAt !== null || (found.expiresAt ?? Infinity) <= ctx.now) return null;
  if (ctx.now - (found.lastUsedAt ?? 0) > LAST_USED_EVERY_MS)
    await ctx.db.update(apiKeys).set({ lastUsedAt: ctx.now }).where(eq(apiKeys.hash, hash));
  const { id, name, expiresAt } = found;
  return {
    actor: { kind: "key", id, name, scopes: found.scopes as Scope[], sources: found.sources },
    credential: { kind: "key", id, expiresAt },
  };
}

/** The person of an address that Cloudflare Access vouches for until `expiresAt` (ms); null if they are none of ours. */
export async function identifyAddress(ctx: Lookup, email: string, expiresAt: number): Promise<Caller | null> {
  const [user] = await ctx.db
    .select()
    .from(users)
    .where(eq(users.email, plainAddress(email)));
  if (!user?.active) return null;
  return { actor: personActor(user), credential: { kind: "person", id: user.id, expiresAt } };
}

function personActor({ id, email, name, role }: User): Actor {
  return { kind: "user", id, email, name, role, scopes: ROLE_SCOPES[role] };
}
