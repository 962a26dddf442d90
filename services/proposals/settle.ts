import type { ProposalRecord } from "../../db/reads/proposals.ts";
import { guardStatement } from "../../db/write.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

/**
 * Ends an undecided proposal without a price change, with its audit entry in the same batch.
 *
 * @throws BatchConflict `guard_failed` if somebody decided it first
 */
export async function settleProposal(
  ctx: ServiceContext,
  proposal: ProposalRecord,
  status: "rejected" | "expired" | "superseded",
  note: string | null,
): Promise<void> {
  const by = actorLabel(ctx.actor);
  await commitChained(ctx, {
    audit: [{ action: `proposal.${status}`, subject: proposal.id, detail: { sku: proposal.sku, note } }],
    statements: () => [
      ctx.d1
        .prepare(
          `UPDATE proposals SET status = ?2, note = coalesce(?3, note), decided_by = ?4, decided_at = ?5
           WHERE id = ?1 AND status = ?6`,
        )
        .bind(proposal.id, status, note, by, ctx.now, proposal.status),
      guardStatement(
        ctx.d1,
        "SELECT count(*) FROM proposals WHERE id = ?1 AND status = ?2 AND decided_at = ?3 AND decided_by = ?4",
        [proposal.id, status, ctx.now, by],
        1,
      ),
    ],
  });
}
