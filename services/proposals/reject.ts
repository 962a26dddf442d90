import { and, eq } from "drizzle-orm";
import { type ProposalRecord, readProposal } from "../../db/reads/proposals.ts";
import { proposals } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { type ChainedWrite, commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertCan } from "./plan-approval.ts";

/**
 * Rejects a pending or approved proposal; it stays in the list with who and why.
 *
 * @throws ProblemError not_found, illegal_transition
 */
export async function rejectProposal(
  ctx: ServiceContext,
  id: string,
  input: { note?: string | undefined },
): Promise<ProposalRecord> {
  const found = await readProposal(ctx.db, id);
  if (!found) throw new ProblemError("not_found", "no such proposal");
  assertCan("reject", found.proposal);
  try {
    await commitChained(ctx, rejection(ctx, found.proposal, input.note ?? null));
  } catch (error) {
    if (!(error instanceof BatchConflict)) throw error;
    throw new ProblemError("illegal_transition", "somebody else decided it first");
  }
  return (await readProposal(ctx.db, id))!.proposal;
}

/**
 * The write that ends a proposal without its price; it fails its batch unless the proposal still has the status that was
 * seen.
 */
export function rejection(
  ctx: ServiceContext,
  proposal: ProposalRecord,
  note: string | null,
  status: "rejected" | "superseded" = "rejected",
): ChainedWrite {
  const { d1, db, now, actor } = ctx;
  const { id, sku, from, to, effectiveAt } = proposal;
  const asSeen = and(eq(proposals.id, id), eq(proposals.status, proposal.status));
  const decision = { note: note ?? proposal.note, decidedBy: actorLabel(actor), decidedAt: now };
  return {
    audit: [
      {
        action: `proposal.${status}`,
        subject: id,
        detail: { sku, from, to, effectiveAt, note: decision.note },
      },
    ],
    statements: () => [
      guardCount(d1, db.$count(proposals, asSeen), 1),
      prepare(
        d1,
        db
          .update(proposals)
          .set({ status, ...decision })
          .where(asSeen),
      ),
    ],
  };
}
