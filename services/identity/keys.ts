import { and, eq, isNull, sql } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { apiKeys } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel, type Scope } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { newToken, tokenHash } from "./token.ts";

/**
 * Makes a key; the key itself is in this answer and nowhere else. `expiresAt`: ms, null for no end.
 * @throws ProblemError `conflict` if the name is taken: it means one key for ever, also after it was revoked
 */
export async function createKey(
  ctx: ServiceContext,
  input: { name: string; scopes: Scope[]; expiresAt?: number | null; sources?: string[] | undefined },
) {
  const key = newToken("pwk_");
  const id = ctx.newId("key");
  const { name, scopes, expiresAt = null, sources } = input;
  if (expiresAt !== null && expiresAt <= ctx.now)
    throw new ProblemError("invalid", "the key would be over already", {
      errors: [{ path: "expiresAt", code: "invalid", message: "has to lie ahead" }],
    });
  const isTaken = eq(apiKeys.name, name);
  try {
    await commitChained(ctx, {
      audit: [
        {
          action: "key.create",
          subject: id,
          detail: { name, scopes, expiresAt, ...(sources ? { sources } : {}) },
        },
      ],
      statements: () => [
        guardCount(ctx.d1, ctx.db.$count(apiKeys, isTaken), 0),
        ...bulkInsert(ctx.d1, apiKeys, [
          {
            ...{ hash: tokenHash(key), id, name, scopes, expiresAt, sources: sources ?? null },
            ...{ createdAt: ctx.now, createdBy: actorLabel(ctx.actor) },
          },
        ]),
      ],
    });
  } catch (error) {
    if (!(error instanceof BatchConflict && error.failure === "guard_failed")) throw error;
    throw new ProblemError("conflict", `a key named ${name} exists already, or existed: choose another name`);
  }
  return { id, key, name, scopes, expiresAt, ...(sources ? { sources } : {}) };
}

/** What the list of keys can be sorted, searched and counted by. */
export const KEY_LIST: ListShape = {
  source: sql`${apiKeys}`,
  id: apiKeys.id,
  sorts: { name: apiKeys.name, createdAt: apiKeys.createdAt },
  sort: "-createdAt",
  search: [apiKeys.name, apiKeys.createdBy],
  facets: {},
};

/** A page of keys. */
export function listKeys({ db }: ServiceContext, query: ListQuery) {
  return readPage(db, KEY_LIST, query, [], ({ place, cut }) =>
    cut(
      db
        .select({ key: apiKeys, ...place })
        .from(apiKeys)
        .$dynamic(),
    ),
  );
}

/** Revokes a key for good. */
export async function revokeKey(ctx: ServiceContext, id: string): Promise<void> {
  const isInForce = and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt));
  if ((await ctx.db.$count(apiKeys, isInForce)) === 0)
    throw new ProblemError("not_found", "no such key, or it is revoked already");
  await commitChained(ctx, {
    audit: [{ action: "key.revoke", subject: id, detail: {} }],
    statements: () => [
      guardCount(ctx.d1, ctx.db.$count(apiKeys, isInForce), 1),
      prepare(ctx.d1, ctx.db.update(apiKeys).set({ revokedAt: ctx.now }).where(isInForce)),
    ],
  });
}
