import { type ProposalRecord, readProposal } from "../../db/reads/proposals.ts";
import { BatchConflict } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ServiceContext } from "../context.ts";
import { settleProposal } from "./settle.ts";

/** Rejects a pending or approved proposal; it stays in the list with who and why. */
export async function rejectProposal(
  ctx: ServiceContext,
  id: string,
  input: { note?: string | undefined },
): Promise<ProposalRecord> {
  const found = await readProposal(ctx.db, id);
  if (!found) throw new ProblemError("not_found", "no such proposal");
  const { status } = found.proposal;
  if (status !== "pending" && status !== "approved")
    throw new ProblemError("illegal_transition", `cannot reject a proposal that is ${status}`);
  try {
    await settleProposal(ctx, found.proposal, "rejected", input.note ?? null);
  } catch (error) {
    if (!(error instanceof BatchConflict)) throw error;
    throw new ProblemError("illegal_transition", "somebody else decided it first");
  }
  return (await readProposal(ctx.db, id))!.proposal;
}
