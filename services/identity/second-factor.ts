import { and, eq, isNotNull, isNull, lt } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { recoveryCodes as recoveryCodeTable, users } from "../../db/schema.ts";
import { guardCount, prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import {
  plainRecoveryCode,
  recoveryCodes,
  totpSecret,
  totpStep,
  totpUri,
} from "../../domain/identity/second-factor.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { User } from "./check-password.ts";
import { tokenHash } from "./token.ts";

const TOTP_CODE = /^\d{6}$/;

/**
 * The statements that use a code up: one by time, or a recovery code. The batch fails (`guard_failed`) if the code is
 * wrong or was used, by whoever came first.
 */
export function useCode(ctx: ServiceContext, user: User, code: string): D1PreparedStatement[] {
  const { d1, db } = ctx;
  const typed = code.replaceAll(/\s/g, "");
  if (TOTP_CODE.test(typed)) {
    const step = user.totpSecret === null ? null : totpStep(user.totpSecret, typed, ctx.now);
    const isUnused = and(eq(users.id, user.id), lt(users.totpStep, step ?? -1));
    return [
      guardCount(d1, db.$count(users, isUnused), 1),
      prepare(
        d1,
        db
          .update(users)
          .set({ totpStep: step ?? 0 })
          .where(isUnused),
      ),
    ];
  }
  const isThisCode = eq(recoveryCodeTable.hash, recoveryHash(user.id, typed));
  return [
    guardCount(d1, db.$count(recoveryCodeTable, isThisCode), 1),
    prepare(d1, db.delete(recoveryCodeTable).where(isThisCode)),
  ];
}

/**
 * Begins a second factor: a secret for the person's authenticator app, which counts once it is confirmed with a code.
 * @throws ProblemError `conflict` if there is one already
 */
export async function beginSecondFactor(
  ctx: ServiceContext,
  user: User,
): Promise<{ secret: string; uri: string }> {
  if (user.totpSecret !== null) throw new ProblemError("conflict", "the second factor is on already");
  const secret = totpSecret(crypto.getRandomValues(new Uint8Array(20)));
  await ctx.db.update(users).set({ totpPending: secret }).where(eq(users.id, user.id));
  return { secret, uri: totpUri(secret, user.email) };
}

/**
 * Switches the second factor on, with its first code. The recovery codes are in this answer and nowhere else.
 * @throws ProblemError `conflict` if none was begun, `invalid` if the code is wrong
 */
export async function confirmSecondFactor(
  ctx: ServiceContext,
  user: User,
  code: string,
): Promise<{ recoveryCodes: string[] }> {
  const { totpPending: secret, id } = user;
  if (secret === null) throw new ProblemError("conflict", "no second factor was begun");
  const step = totpStep(secret, code.replaceAll(/\s/g, ""), ctx.now);
  if (step === null)
    throw new ProblemError("invalid", "the code is wrong", {
      errors: [{ path: "code", code: "invalid", message: "the code is wrong; look at the phone's clock" }],
    });
  const codes = recoveryCodes(crypto.getRandomValues(new Uint8Array(100)));
  const isPending = and(eq(users.id, id), eq(users.totpPending, secret), isNull(users.totpSecret));
  const on = { totpSecret: secret, totpPending: null, totpStep: step };
  await commitChained(ctx, {
    audit: [{ action: "user.second_factor_on", subject: id, detail: {} }],
    statements: () => [
      guardCount(ctx.d1, ctx.db.$count(users, isPending), 1),
      prepare(ctx.d1, ctx.db.update(users).set(on).where(isPending)),
      forgetRecoveryCodes(ctx, id),
      ...bulkInsert(
        ctx.d1,
        recoveryCodeTable,
        codes.map((each) => ({ hash: recoveryHash(id, each), userId: id })),
      ),
    ],
  });
  return { recoveryCodes: codes };
}

/** Switches the second factor off. @throws ProblemError `conflict` if there is none */
export async function endSecondFactor(ctx: ServiceContext, id: string): Promise<void> {
  const isOn = and(eq(users.id, id), isNotNull(users.totpSecret));
  if ((await ctx.db.$count(users, isOn)) === 0)
    throw new ProblemError("conflict", "there is no second factor");
  await commitChained(ctx, {
    audit: [{ action: "user.second_factor_off", subject: id, detail: {} }],
    statements: () => [
      prepare(ctx.d1, ctx.db.update(users).set({ totpSecret: null, totpPending: null }).where(isOn)),
      forgetRecoveryCodes(ctx, id),
    ],
  });
}

function forgetRecoveryCodes({ d1, db }: ServiceContext, id: string): D1PreparedStatement {
  return prepare(d1, db.delete(recoveryCodeTable).where(eq(recoveryCodeTable.userId, id)));
}

function recoveryHash(userId: string, code: string): string {
  return tokenHash(`${userId} ${plainRecoveryCode(code)}`);
}
