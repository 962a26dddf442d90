import { eq, sql } from "drizzle-orm";
import { sessions, signInFailures, users } from "../../db/schema.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { hashPassword, verifyPassword } from "../../domain/identity/password.ts";
import type { ServiceContext } from "../context.ts";
import { newToken, tokenHash } from "./token.ts";

export const SESSION_MS = 7 * DAY_MS;
/** After this many failures in a row an address waits, ten seconds more for each. */
const FREE_FAILURES = 5;
const WAIT_STEP_MS = 10_000;
const WAIT_MAX_MS = 15 * MINUTE_MS;

/** Checks the password and opens a session; answers the token for the cookie. */
export async function signIn(ctx: ServiceContext, input: { email: string; password: string }) {
  const email = input.email.trim().toLowerCase();
  await assertNotWaiting(ctx, email);
  const [user] = await ctx.db.select().from(users).where(eq(users.email, email));
  // an unknown address costs the same time as a wrong password
  const stored = user?.active ? user.passwordHash : decoyHash();
  const right = verifyPassword(input.password, stored);
  if (!user?.active || !right) {
    await countFailure(ctx, email);
    throw new ProblemError("unauthenticated", "the e-mail address or the password is wrong");
  }
  const token = newToken("pws_");
  const session = {
    id: tokenHash(token),
    userId: user.id,
    createdAt: ctx.now,
    expiresAt: ctx.now + SESSION_MS,
  };
  await ctx.db.batch([
    ctx.db.insert(sessions).values(session),
    ctx.db.delete(signInFailures).where(eq(signInFailures.email, email)),
  ]);
  return { token, user: { id: user.id, email: user.email, name: user.name, role: user.role } };
}

async function assertNotWaiting(ctx: ServiceContext, email: string): Promise<void> {
  const [failures] = await ctx.db.select().from(signInFailures).where(eq(signInFailures.email, email));
  if (!failures || failures.count < FREE_FAILURES) return;
  const waitMs = Math.min((failures.count - FREE_FAILURES + 1) * WAIT_STEP_MS, WAIT_MAX_MS);
  const leftMs = failures.lastAt + waitMs - ctx.now;
  if (leftMs > 0)
    throw new ProblemError("rate_limited", "too many failed sign-ins", {
      retryAfter: Math.ceil(leftMs / 1000),
    });
}

async function countFailure(ctx: ServiceContext, email: string): Promise<void> {
  await ctx.db
    .insert(signInFailures)
    .values({ email, count: 1, lastAt: ctx.now })
    .onConflictDoUpdate({
      target: signInFailures.email,
      set: { count: sql`${signInFailures.count} + 1`, lastAt: ctx.now },
    });
}

let decoy: string | undefined;
function decoyHash(): string {
  decoy ??= hashPassword("nobody's", new Uint8Array(16));
  return decoy;
}

/** Ends the session of a token; an unknown token is ignored. */
export async function signOut(ctx: Pick<ServiceContext, "db">, token: string): Promise<void> {
  await ctx.db.delete(sessions).where(eq(sessions.id, tokenHash(token)));
}
