import { VISITOR_COUNT, wideHash } from "../../domain/base/sharding.ts";
import { hiddenName } from "../../domain/delivery/hide-visitors.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { Forgotten, VaultPort, VisitorPort } from "../ports.ts";

/**
 * Erases what is kept of a visitor: the sessions with their carts, and the dates and totals of a customer's orders. What was counted (views, units sold) names nobody and
 * stays. The audit says that something was erased, and not of whom.
 */
export async function eraseVisitor(
  ctx: ServiceContext & { vault: VaultPort; visitors: VisitorPort },
  { sessionIds, customerIds }: { sessionIds: readonly string[]; customerIds: readonly string[] },
): Promise<{ erased: number }> {
  const secret = await ctx.vault.secret();
  let erased = 0;
  const erase = async (what: Forgotten, ids: readonly string[]) => {
    for (const id of new Set(ids)) {
      const hash = wideHash(hiddenName(secret, `${what}Id`, id.trim()));
      erased += await ctx.visitors.forget(hash % VISITOR_COUNT, what, hash);
    }
  };
  await erase("session", sessionIds);
  await erase("customer", customerIds);
  const asked = sessionIds.length + customerIds.length;
  await commitChained(ctx, {
    audit: [{ action: "privacy.erase", subject: "visitors", detail: { asked, erased } }],
    statements: () => [],
  });
  return { erased };
}
