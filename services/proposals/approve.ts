import { and, eq, inArray } from "drizzle-orm";
import { type ProposalRecord, readProposal } from "../../db/reads/proposals.ts";
import { proposals } from "../../db/schema.ts";
import { guardCount, prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { PROPOSAL_TRANSITIONS } from "../../domain/messages/proposal.ts";
import { type ChainedWrite, commitOnce, retryConflicts } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { priceWrite } from "../pricing/commit-prices.ts";
import { type Approval, type ApprovalStep, planApplication, planApproval } from "./plan-approval.ts";
import { type ApprovalState, readApproval } from "./read-approval.ts";
import { rejection } from "./reject.ts";

/**
 * Approves a proposal. Without `effectiveAt`, approval and application are one batch. Repeating it on an applied
 * proposal answers it again; of two at the same instant one wins.
 *
 * @throws ProblemError not_found, illegal_transition, reason_required, guardrail_blocked, price_held, limits_changed,
 * stale_or_mismatch
 */
export function approveProposal(
  ctx: ServiceContext,
  id: string,
  approval: Approval,
): Promise<ProposalRecord> {
  return decide(ctx, id, approval, (state) => planApproval(state, approval, ctx.actor, ctx.now));
}

/**
 * Puts in force what was approved for now.
 *
 * @throws ProblemError not_found, illegal_transition, price_held, limits_changed, stale_or_mismatch
 */
export function applyApproved(ctx: ServiceContext, id: string): Promise<ProposalRecord> {
  return decide(ctx, id, {}, (state) =>
    planApplication(state, state.proposal.to, state.proposal.note, ctx.now),
  );
}

/** Reads once, decides, commits once; all of it again when another writer was first. */
async function decide(
  ctx: ServiceContext,
  id: string,
  approval: Approval,
  plan: (state: ApprovalState) => ApprovalStep,
): Promise<ProposalRecord> {
  const step = await retryConflicts(ctx, ["head_moved", "guard_failed"], async () => {
    const state = await readApproval(ctx, id);
    if (!state) throw new ProblemError("not_found", "no such proposal");
    const planned = plan(state);
    if (planned.kind !== "none")
      await commitOnce(ctx, state.heads, writeOf(ctx, state.proposal, planned, approval));
    return planned;
  });
  if (step.kind === "forbidden")
    throw new ProblemError("limits_changed", step.why, {
      errors: [{ path: "price", code: step.limit, message: step.why }],
      extra: { proposal: { id, status: "superseded" } },
    });
  if (step.kind !== "stale") return (await readProposal(ctx.db, id))!.proposal;
  throw new ProblemError(
    "stale_or_mismatch",
    "the price is no longer the one that the proposal started from",
    {
      extra: { proposal: { id, status: "rejected" } },
    },
  );
}

function writeOf(
  ctx: ServiceContext,
  proposal: ProposalRecord,
  step: Exclude<ApprovalStep, { kind: "none" }>,
  approval: Approval,
): ChainedWrite {
  switch (step.kind) {
    case "apply":
      return priceWrite(ctx, [step.change]);
    case "stale":
      return rejection(ctx, proposal, "stale_or_mismatch");
    case "forbidden":
      return rejection(ctx, proposal, step.why, "superseded");
    case "schedule":
      return scheduled(ctx, proposal, step, approval);
    case "first_of_two":
      return firstApproval(ctx, proposal, step.to);
  }
}

function firstApproval(ctx: ServiceContext, proposal: ProposalRecord, to: number): ChainedWrite {
  const { d1, db, now, actor } = ctx;
  const edited = to === proposal.to ? {} : { price: to };
  const approvals = [{ by: actorLabel(actor), at: now, ...edited }];
  const as = (given: ProposalRecord["approvals"]) =>
    and(eq(proposals.id, proposal.id), eq(proposals.status, proposal.status), eq(proposals.approvals, given));
  return {
    audit: [{ action: "proposal.approve-first", subject: proposal.id, detail: { sku: proposal.sku, to } }],
    statements: () => [
      guardCount(d1, db.$count(proposals, as(proposal.approvals)), 1),
      prepare(d1, db.update(proposals).set({ approvals }).where(as(proposal.approvals))),
    ],
  };
}

function scheduled(
  ctx: ServiceContext,
  { id, sku, from }: ProposalRecord,
  { to, effectiveAt }: { to: number; effectiveAt: number },
  approval: Approval,
): ChainedWrite {
  const { d1, db, now, actor } = ctx;
  const undecided = and(eq(proposals.id, id), inArray(proposals.status, PROPOSAL_TRANSITIONS.approve));
  const decision = {
    to,
    note: approval.note ?? null,
    effectiveAt,
    decidedBy: actorLabel(actor),
    decidedAt: now,
  };
  return {
    audit: [{ action: "proposal.schedule", subject: id, detail: { sku, from, to, ...approval } }],
    statements: () => [
      guardCount(d1, db.$count(proposals, undecided), 1),
      prepare(
        d1,
        db
          .update(proposals)
          .set({ status: "approved", ...decision })
          .where(undecided),
      ),
    ],
  };
}
