import { and, desc, eq, gt, lt, ne, or } from "drizzle-orm";
import { sessions } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { User } from "./check-password.ts";
import { identifySession } from "./identify.ts";
import { tokenHash } from "./token.ts";

/** Ends the session of a token; an unknown token is ignored. */
export async function signOut(ctx: ServiceContext, token: string): Promise<void> {
  const caller = await identifySession(ctx, token);
  if (caller === null || caller.actor.kind !== "user") return;
  await commitChained(
    { ...ctx, actor: caller.actor },
    {
      audit: [{ action: "sign_out", subject: caller.actor.id, detail: {} }],
      statements: () => [prepare(ctx.d1, ctx.db.delete(sessions).where(eq(sessions.id, tokenHash(token))))],
    },
  );
}

/** A person's open sessions, newest first; `after` is the last of the page before. */
export async function listSessions(
  ctx: ServiceContext,
  {
    userId,
    limit,
    after,
  }: { userId: string; limit: number; after: [createdAt: number, id: string] | undefined },
) {
  const older = after && [
    lt(sessions.createdAt, after[0]),
    and(eq(sessions.createdAt, after[0]), lt(sessions.id, after[1])),
  ];
  return ctx.db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, ctx.now), older && or(...older)))
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(limit);
}

/** Ends a session: one's own, or as an administrator anybody's. @throws ProblemError `not_found` */
export async function endSession(ctx: ServiceContext, id: string): Promise<void> {
  const [session] = await ctx.db.select().from(sessions).where(eq(sessions.id, id));
  const { actor } = ctx;
  const isOwn = actor.kind === "user" && session?.userId === actor.id;
  if (!session || !(isOwn || actor.scopes.includes("admin")))
    throw new ProblemError("not_found", "no such session");
  await commitChained(ctx, {
    audit: [{ action: "session.end", subject: session.userId, detail: { session: id } }],
    statements: () => [prepare(ctx.d1, ctx.db.delete(sessions).where(eq(sessions.id, id)))],
  });
}

/** Ends all sessions of a person except the one named. */
export async function endOtherSessions(ctx: ServiceContext, user: User, except: string): Promise<void> {
  await commitChained(ctx, {
    audit: [{ action: "session.end_others", subject: user.id, detail: {} }],
    statements: () => [dropSessions(ctx, user.id, except)],
  });
}

/** The statement that ends a person's sessions, all or all but one. */
export function dropSessions(
  { d1, db }: ServiceContext,
  userId: string,
  except?: string,
): D1PreparedStatement {
  const others = except === undefined ? undefined : ne(sessions.id, except);
  return prepare(d1, db.delete(sessions).where(and(eq(sessions.userId, userId), others)));
}
