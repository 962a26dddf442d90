import { and, eq, gt } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { signInLinks, users } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel, type LinkKind } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { SignInContext, User } from "./check-password.ts";
import { hashOfChosen } from "./choose-password.ts";
import { attemptOf } from "./place.ts";
import { dropSessions } from "./sessions.ts";
import { asPerson } from "./sign-in.ts";
import { newToken, tokenHash } from "./token.ts";

/** An invitation waits for somebody to read their mail; a reset is asked for by somebody who waits. */
const LINK_MS: Record<LinkKind, number> = { invitation: 7 * DAY_MS, reset: DAY_MS };

/** A one-time link as it is handed out: the token is in this answer and nowhere else. */
export interface NewLink {
  kind: LinkKind;
  token: string;
  expiresAt: number;
}

/** A new link for a person, and the statements that keep it in place of an older one. */
export function makeLink(
  ctx: ServiceContext,
  userId: string,
  kind: LinkKind,
): { link: NewLink; statements: D1PreparedStatement[] } {
  const link = { kind, token: newToken("pwl_"), expiresAt: ctx.now + LINK_MS[kind] };
  const row = {
    ...{ hash: tokenHash(link.token), userId, kind, expiresAt: link.expiresAt },
    ...{ createdAt: ctx.now, createdBy: actorLabel(ctx.actor) },
  };
  const drop = ctx.db.delete(signInLinks).where(eq(signInLinks.userId, userId));
  return { link, statements: [prepare(ctx.d1, drop), ...bulkInsert(ctx.d1, signInLinks, [row])] };
}

/** A new one-time link for somebody who has lost the password or the invitation. @throws ProblemError `not_found` */
export async function renewLink(ctx: ServiceContext, user: User): Promise<NewLink> {
  if (!user.active) throw new ProblemError("conflict", "the person is deactivated");
  const { link, statements } = makeLink(ctx, user.id, user.passwordHash === "" ? "invitation" : "reset");
  await commitChained(ctx, {
    audit: [{ action: `user.${link.kind}`, subject: user.id, detail: { expiresAt: link.expiresAt } }],
    statements: () => statements,
  });
  return link;
}

/** Whom a link is for, before it is used. @throws ProblemError `not_found` if it is unknown, used or over */
export async function readLink(ctx: ServiceContext, token: string): Promise<{ user: User; kind: LinkKind }> {
  const [found] = await ctx.db
    .select({ user: users, kind: signInLinks.kind })
    .from(signInLinks)
    .innerJoin(users, eq(users.id, signInLinks.userId))
    .where(and(eq(signInLinks.hash, tokenHash(token)), gt(signInLinks.expiresAt, ctx.now)));
  if (!found?.user.active) throw linkGone();
  return found;
}

/**
 * Chooses a password with a one-time link; the person's sessions end. It opens none, so that a second factor is asked for
 * as always; but this browser then counts as the person's own, so that no brake keeps them out.
 *
 * @returns the person, and the browser's device token
 */
export async function acceptLink(
  ctx: SignInContext,
  input: { token: string; password: string; name?: string | undefined },
): Promise<{ user: User; device: string }> {
  const { user, kind } = await readLink(ctx, input.token);
  const name = kind === "invitation" && input.name ? input.name : user.name;
  const passwordHash = await hashOfChosen(ctx.gate, input.password, [user.email, name]);
  const isThisLink = eq(signInLinks.hash, tokenHash(input.token));
  const action = kind === "invitation" ? "user.join" : "user.reset_password";
  try {
    await commitChained(asPerson(ctx, user), {
      audit: [{ action, subject: user.id, detail: { network: ctx.place.network } }],
      statements: () => [
        guardCount(ctx.d1, ctx.db.$count(signInLinks, isThisLink), 1),
        prepare(ctx.d1, ctx.db.delete(signInLinks).where(isThisLink)),
        prepare(ctx.d1, ctx.db.update(users).set({ passwordHash, name }).where(eq(users.id, user.id))),
        dropSessions(ctx, user.id),
      ],
    });
  } catch (error) {
    throw error instanceof BatchConflict && error.failure === "guard_failed" ? linkGone() : error;
  }
  const device = newToken("pwd_");
  await ctx.gate.passed(attemptOf(user.email, ctx.place), tokenHash(device));
  return { user: { ...user, name }, device };
}

function linkGone(): ProblemError {
  return new ProblemError("not_found", "the link was used already, or is over: ask for a new one");
}
