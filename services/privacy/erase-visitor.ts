import { bulkUpsert } from "../../db/bulk.ts";
import { lakeErasures } from "../../db/schema.ts";
import { VISITOR_COUNT, wideHash } from "../../domain/base/sharding.ts";
import { hiddenName } from "../../domain/delivery/hide-visitors.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { VaultPort, VisitorPort } from "../ports.ts";

/**
 * Erases what is kept of a visitor: the sessions with their carts at once, the hash in the lake's files within hours (see
 * services/lake/compact-lake.ts). What was counted (views, units sold) names nobody and
 * stays. The audit says that something was erased, and not of whom.
 */
export async function eraseVisitor(
  ctx: ServiceContext & { vault: VaultPort; visitors: VisitorPort },
  sessionIds: readonly string[],
): Promise<{ erased: number }> {
  const secret = await ctx.vault.secret();
  const asked = [...new Set(sessionIds)].map((id) => wideHash(hiddenName(secret, "sessionId", id.trim())));
  let erased = 0;
  for (const visitor of asked) erased += await ctx.visitors.forget(visitor % VISITOR_COUNT, visitor);
  const rows = asked.map((visitor) => ({ visitor, askedAt: ctx.now }));
  await commitChained(ctx, {
    audit: [{ action: "privacy.erase", subject: "visitors", detail: { asked: sessionIds.length, erased } }],
    statements: () => bulkUpsert(ctx.d1, lakeErasures, rows),
  });
  return { erased };
}
