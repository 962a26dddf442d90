import type { users } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { DECOY_HASH } from "../../domain/identity/password.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { GatePort } from "../ports.ts";
import { attemptOf, type Place } from "./place.ts";

/** A row of the table of people. */
export type User = typeof users.$inferSelect;

/** What a sign-in needs beyond the database. */
export interface SignInContext extends ServiceContext {
  gate: GatePort;
  place: Place;
}

/**
 * Whether the password is this person's. It is counted before it is hashed, and an unknown or deactivated person costs the
 * same time as a wrong password.
 * @throws ProblemError `rate_limited` with the seconds to wait
 */
export async function checkPassword(
  ctx: SignInContext,
  email: string,
  password: string,
  user: User | undefined,
): Promise<boolean> {
  const stored = user?.active && user.passwordHash !== "" ? user.passwordHash : DECOY_HASH;
  const answer = await ctx.gate.verify(attemptOf(email, ctx.place), password, stored);
  if ("retryAfter" in answer)
    throw new ProblemError("rate_limited", "too many sign-ins: wait, or use a browser that you know", {
      retryAfter: answer.retryAfter,
    });
  return answer.right && stored !== DECOY_HASH;
}

/** Notes a failed sign-in in the audit, with the person if there is one; of a flood only the first, and how many more. */
export async function auditFailure(
  ctx: SignInContext,
  user: User | undefined,
  what: "password" | "second factor",
): Promise<void> {
  const { record, unrecorded } = await ctx.gate.failed();
  if (!record) return;
  const detail = {
    what,
    network: ctx.place.network,
    ...(unrecorded > 0 ? { notRecordedBefore: unrecorded } : {}),
  };
  await commitChained(ctx, {
    audit: [{ action: "sign_in.failed", subject: user?.id ?? "unknown person", detail }],
    statements: () => [],
  });
}
