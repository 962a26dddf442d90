import { listProposals, type ProposalFilter, type ProposalRecord } from "../../db/reads/proposals.ts";
import { BatchConflict } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ServiceContext } from "../context.ts";
import { approveProposal } from "./approve.ts";
import { rejectProposal } from "./reject.ts";

const BULK_MAX = 500;

interface BulkDecision {
  action: "approve" | "reject";
  ids?: string[] | undefined;
  filter?: ProposalFilter | undefined;
  note?: string | undefined;
}

/** Decides many proposals, each by itself: a failure is answered with its code, and the others go through. */
export async function decideInBulk(
  ctx: ServiceContext,
  bulk: BulkDecision,
): Promise<{ decided: ProposalRecord[]; failed: { id: string; code: string }[] }> {
  const ids =
    bulk.ids ??
    (await listProposals(ctx.db, { limit: BULK_MAX }, bulk.filter ?? {})).rows.map((row) => row.proposal.id);
  const decided: ProposalRecord[] = [];
  const failed: { id: string; code: string }[] = [];
  for (const id of ids) {
    try {
      const { note } = bulk;
      decided.push(
        await (bulk.action === "approve"
          ? approveProposal(ctx, id, { note })
          : rejectProposal(ctx, id, { note })),
      );
    } catch (error) {
      if (error instanceof ProblemError) failed.push({ id, code: error.code });
      else if (error instanceof BatchConflict) failed.push({ id, code: "conflict" });
      else throw error;
    }
  }
  return { decided, failed };
}
