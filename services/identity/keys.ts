import { and, desc, eq, lt, or } from "drizzle-orm";
import { apiKeys } from "../../db/schema.ts";
import { guardStatement } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel, type Scope } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { newToken, tokenHash } from "./token.ts";

/** Makes a key; the key itself is in this answer and nowhere else. */
export async function createKey(ctx: ServiceContext, input: { name: string; scopes: Scope[] }) {
  const key = newToken("pwk_");
  const id = ctx.newId("key");
  await commitChained(ctx, {
    audit: [{ action: "key.create", subject: id, detail: input }],
    statements: () => [
      ctx.d1
        .prepare(
          "INSERT INTO api_keys (hash, id, name, scopes, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(tokenHash(key), id, input.name, JSON.stringify(input.scopes), ctx.now, actorLabel(ctx.actor)),
    ],
  });
  return { id, key, name: input.name, scopes: input.scopes };
}

/** Keys, newest first, without what opens anything; `after` is the last of the page before. */
export async function listKeys(
  ctx: ServiceContext,
  { limit, after }: { limit: number; after?: { createdAt: number; id: string } | undefined },
) {
  const older = after && [
    lt(apiKeys.createdAt, after.createdAt),
    and(eq(apiKeys.createdAt, after.createdAt), lt(apiKeys.id, after.id)),
  ];
  const rows = await ctx.db
    .select()
    .from(apiKeys)
    .where(older && or(...older))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(limit);
  return rows.map(({ hash: _, ...row }) => row);
}

/** Revokes a key for good. */
export async function revokeKey(ctx: ServiceContext, id: string): Promise<void> {
  const known = await ctx.d1
    .prepare("SELECT 1 FROM api_keys WHERE id = ?1 AND revoked_at IS NULL")
    .bind(id)
    .first();
  if (!known) throw new ProblemError("not_found", "no such key, or it is revoked already");
  await commitChained(ctx, {
    audit: [{ action: "key.revoke", subject: id, detail: {} }],
    statements: () => [
      guardStatement(ctx.d1, "SELECT count(*) FROM api_keys WHERE id = ?1 AND revoked_at IS NULL", [id], 1),
      ctx.d1.prepare("UPDATE api_keys SET revoked_at = ?1 WHERE id = ?2").bind(ctx.now, id),
    ],
  });
}
