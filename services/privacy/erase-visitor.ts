import { bulkUpsert } from "../../db/bulk.ts";
import { lakeErasures } from "../../db/schema.ts";
import { VISITOR_COUNT, wideHash } from "../../domain/base/sharding.ts";
import { hiddenName } from "../../domain/delivery/hide-visitors.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { Forgotten, VaultPort, VisitorPort } from "../ports.ts";

/**
 * Erases what is kept of a visitor: the sessions with their carts, and the dates and totals of a customer's orders, at once;
 * the hash of a session in the lake's files within hours (see services/lake/compact-lake.ts). What was counted (views, units sold) names nobody and
 * stays. The audit says that something was erased, and not of whom.
 */
export async function eraseVisitor(
  ctx: ServiceContext & { vault: VaultPort; visitors: VisitorPort },
  { sessionIds, customerIds }: { sessionIds: readonly string[]; customerIds: readonly string[] },
): Promise<{ erased: number }> {
  const secret = await ctx.vault.secret();
  let erased = 0;
  const hidden: number[] = [];
  const erase = async (what: Forgotten, ids: readonly string[]) => {
    for (const id of new Set(ids)) {
      const hash = wideHash(hiddenName(secret, `${what}Id`, id.trim()));
      erased += await ctx.visitors.forget(hash % VISITOR_COUNT, what, hash);
      hidden.push(hash);
    }
  };
  await erase("session", sessionIds);
  await erase("customer", customerIds);
  const asked = sessionIds.length + customerIds.length;
  const rows = hidden.map((visitor) => ({ visitor, askedAt: ctx.now }));
  await commitChained(ctx, {
    audit: [{ action: "privacy.erase", subject: "visitors", detail: { asked, erased } }],
    statements: () => bulkUpsert(ctx.d1, lakeErasures, rows),
  });
  return { erased };
}
