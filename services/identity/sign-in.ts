import { and, eq, lte } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { sessions, users } from "../../db/schema.ts";
import { BatchConflict, prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { ROLE_SCOPES } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { auditFailure, checkPassword, type SignInContext, type User } from "./check-password.ts";
import { attemptOf, plainAddress } from "./place.ts";
import { useCode } from "./second-factor.ts";
import { newToken, tokenHash } from "./token.ts";

export const SESSION_MS = 7 * DAY_MS;

/** A session's token and the browser's device token, for cookies, and who is in. */
export interface SignedIn {
  token: string;
  device: string;
  user: Pick<User, "id" | "email" | "name" | "role">;
}

/**
 * Checks the password and, if the person has one, the second factor, and opens a session.
 *
 * @throws ProblemError `unauthenticated`, `second_factor_required`, `rate_limited`
 */
export async function signIn(
  ctx: SignInContext,
  input: { email: string; password: string; code?: string | undefined },
): Promise<SignedIn> {
  const email = plainAddress(input.email);
  const [user] = await ctx.db.select().from(users).where(eq(users.email, email));
  if (!(await checkPassword(ctx, email, input.password, user)) || !user) {
    await auditFailure(ctx, user, "password");
    throw new ProblemError("unauthenticated", "the e-mail address or the password is wrong");
  }
  if (user.totpSecret !== null && !input.code)
    throw new ProblemError("second_factor_required", "a code of the second factor is needed too");
  try {
    return await openSession(ctx, user, input.code);
  } catch (error) {
    if (!(error instanceof BatchConflict && error.failure === "guard_failed")) throw error;
    await auditFailure(ctx, user, "second factor");
    throw new ProblemError("second_factor_required", "the code is wrong, or was used before");
  }
}

/** @throws BatchConflict `guard_failed` if the second factor's code is wrong or was used */
async function openSession(ctx: SignInContext, user: User, code: string | undefined): Promise<SignedIn> {
  const { id, email, name, role } = user;
  const token = newToken("pws_");
  const device = newToken("pwd_");
  const how = user.totpSecret === null ? "password" : "password and second factor";
  const codeUse = user.totpSecret === null ? [] : useCode(ctx, user, code ?? "");
  await commitChained(asPerson(ctx, user), {
    audit: [{ action: "sign_in", subject: id, detail: { how, network: ctx.place.network } }],
    statements: () => [
      ...codeUse,
      prepare(ctx.d1, ctx.db.update(users).set({ lastSignInAt: ctx.now }).where(eq(users.id, id))),
      prepare(
        ctx.d1,
        ctx.db.delete(sessions).where(and(eq(sessions.userId, id), lte(sessions.expiresAt, ctx.now))),
      ),
      ...bulkInsert(ctx.d1, sessions, [
        {
          ...{ id: tokenHash(token), userId: id, createdAt: ctx.now, expiresAt: ctx.now + SESSION_MS },
          ...{ lastSeenAt: ctx.now, agent: ctx.place.agent, network: ctx.place.network },
        },
      ]),
    ],
  });
  await ctx.gate.passed(attemptOf(email, ctx.place), tokenHash(device));
  return { token, device, user: { id, email, name, role } };
}

/** The same context, acting as this person. */
export function asPerson<Ctx extends ServiceContext>(ctx: Ctx, { id, email, name, role }: User): Ctx {
  return { ...ctx, actor: { kind: "user", id, email, name, role, scopes: ROLE_SCOPES[role] } };
}
