import { eq } from "drizzle-orm";
import { users } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { commitChained } from "../chains/commit-chained.ts";
import { auditFailure, checkPassword, type SignInContext, type User } from "./check-password.ts";
import { hashOfChosen } from "./choose-password.ts";
import { dropSessions } from "./sessions.ts";

/**
 * Asks a person who is signed in for the password once more: before what a browser left open must not do.
 * @throws ProblemError `invalid` naming `path` if it is wrong, `rate_limited`
 */
export async function confirmPassword(
  ctx: SignInContext,
  user: User,
  password: string,
  path: string,
): Promise<void> {
  if (await checkPassword(ctx, user.email, password, user)) return;
  await auditFailure(ctx, user, "password");
  const message = "the password is wrong";
  throw new ProblemError("invalid", message, { errors: [{ path, code: "invalid", message }] });
}

/** Changes a person's own password, and ends their other sessions. `session`: the one that stays. */
export async function changePassword(
  ctx: SignInContext,
  user: User,
  input: { current: string; password: string },
  session: string,
): Promise<void> {
  await confirmPassword(ctx, user, input.current, "current");
  const passwordHash = await hashOfChosen(ctx.gate, input.password, [user.email, user.name]);
  await commitChained(ctx, {
    audit: [{ action: "user.change_password", subject: user.id, detail: {} }],
    statements: () => [
      prepare(ctx.d1, ctx.db.update(users).set({ passwordHash }).where(eq(users.id, user.id))),
      dropSessions(ctx, user.id, session),
    ],
  });
}
