import { readProposal } from "../../db/reads/proposals.ts";
import type { ServiceContext } from "../context.ts";
import { decideSegment, type Planner } from "./decide.ts";
import { editedFields } from "./edited.ts";
import { type ExplainedProposal, withExplanation } from "./explanations.ts";
import { type Approval, planApproval, planRejection, planUndo } from "./plan-approval.ts";

/**
 * Approves a proposal. Without `effectiveAt`, approval and application are one batch. Repeating it on an applied
 * proposal answers it again; of two at the same instant one wins.
 *
 * @throws ProblemError not_found, illegal_transition, reason_required, guardrail_blocked, price_held, limits_changed,
 * stale_or_mismatch, unavailable
 */
export async function approveProposal(
  ctx: ServiceContext,
  id: string,
  approval: Approval,
): Promise<ExplainedProposal> {
  const edited = approval.price === undefined ? null : await editedFields(ctx, id, approval.price);
  return decideOne(ctx, id, (state, now) => planApproval(state, { ...approval, edited }, ctx.actor, now));
}

/**
 * Rejects a pending or approved proposal; it stays in the list with who and why.
 *
 * @throws ProblemError not_found, illegal_transition, unavailable
 */
export function rejectProposal(
  ctx: ServiceContext,
  id: string,
  { note = null }: { note?: string | null | undefined },
): Promise<ExplainedProposal> {
  return decideOne(ctx, id, (state) => planRejection(state, note));
}

/**
 * Takes an approval back as long as its price is not in force: the proposal is pending again, at the price that was
 * approved.
 *
 * @throws ProblemError not_found, illegal_transition, unavailable
 */
export function undoApproval(ctx: ServiceContext, id: string): Promise<ExplainedProposal> {
  return decideOne(ctx, id, planUndo);
}

async function decideOne(ctx: ServiceContext, id: string, plan: Planner): Promise<ExplainedProposal> {
  const [outcome] = await decideSegment(ctx, [id], plan);
  if (outcome!.problem) throw outcome!.problem;
  return withExplanation(ctx, (await readProposal(ctx.db, id))!.proposal);
}
