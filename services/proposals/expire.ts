import { BatchConflict, guardStatement } from "../../db/write.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

const EXPIRE_MAX = 500;

/** Ends pending proposals whose time is over, with one audit entry for all. */
export async function expireProposals(ctx: ServiceContext): Promise<number> {
  const { results } = await ctx.d1
    .prepare(
      "SELECT id FROM proposals WHERE status = 'pending' AND expires_at <= ?1 ORDER BY created_at LIMIT ?2",
    )
    .bind(ctx.now, EXPIRE_MAX)
    .all<{ id: string }>();
  const ids = results.map(({ id }) => id);
  if (ids.length === 0) return 0;
  try {
    await expireAll(ctx, ids);
    return ids.length;
  } catch (error) {
    // one of them was decided meanwhile: the next minute takes the others
    if (error instanceof BatchConflict) return 0;
    throw error;
  }
}

async function expireAll(ctx: ServiceContext, ids: readonly string[]): Promise<void> {
  const pending =
    "SELECT count(*) FROM proposals WHERE status = 'pending' AND id IN (SELECT value FROM json_each(?1))";
  await commitChained(ctx, {
    audit: [{ action: "proposal.expired", subject: "proposals", detail: { ids } }],
    statements: () => [
      guardStatement(ctx.d1, pending, [JSON.stringify(ids)], ids.length),
      ctx.d1
        .prepare(
          `UPDATE proposals SET status = 'expired', decided_at = ?2, decided_by = ?3
           WHERE status = 'pending' AND id IN (SELECT value FROM json_each(?1))`,
        )
        .bind(JSON.stringify(ids), ctx.now, actorLabel(ctx.actor)),
    ],
  });
}
