import { ProblemError } from "../../domain/contract/problem.ts";
import { commitOnce, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import type { ProposalStep } from "./plan-approval.ts";
import { type ApprovalState, type DecidedProposal, readApprovals } from "./read-approval.ts";
import { stepsWrite } from "./write-steps.ts";

/** What became of one proposal of many. */
export interface Outcome {
  id: string;
  /** as it was before; null = there is none with this id */
  proposal: DecidedProposal | null;
  /** null = nothing was done, `problem` says why */
  step: ProposalStep | null;
  /** why what was asked for was not done, though something else may have been */
  problem: ProblemError | null;
}

/** Decides what is to be done with a proposal, or throws a ProblemError that says why nothing is. Pure. */
export type Planner = (state: ApprovalState, now: number) => ProposalStep;

/**
 * Decides up to SEGMENT_PRICES proposals and commits what comes of it in one batch: two round trips, whatever their
 * number. What cannot be done with one keeps none of the others from it.
 *
 * @throws ProblemError unavailable
 */
export function decideSegment(
  ctx: ServiceContext,
  ids: readonly string[],
  plan: Planner,
): Promise<Outcome[]> {
  return inTurn(ctx, ["head_moved", "guard_failed"], async (inside) => {
    const { states, heads } = await readApprovals(inside, ids);
    const outcomes = planAll(ids, states, plan, inside.now);
    const write = stepsWrite(inside, plannedSteps(outcomes));
    if (write) await commitOnce(inside, heads, write);
    return outcomes;
  });
}

/** The same without doing it. */
export async function previewSegment(
  ctx: ServiceContext,
  ids: readonly string[],
  plan: Planner,
): Promise<Outcome[]> {
  const { states } = await readApprovals(ctx, ids);
  return planAll(ids, states, plan, ctx.now);
}

function plannedSteps(outcomes: readonly Outcome[]) {
  return outcomes.flatMap(({ proposal, step }) => (proposal && step ? [{ proposal, step }] : []));
}

function planAll(
  ids: readonly string[],
  states: ReadonlyMap<string, ApprovalState>,
  plan: Planner,
  now: number,
): Outcome[] {
  const prices = new Map<string, number>();
  return [...new Set(ids)].map((id) => {
    const read = states.get(id);
    if (!read) {
      const problem = new ProblemError("not_found", "no such proposal");
      return { id, proposal: null, step: null, problem };
    }
    // an earlier one of this segment may set the SKU's price
    const { proposal, product } = read;
    const price = prices.get(proposal.sku);
    const state = product && price !== undefined ? { ...read, product: { ...product, price } } : read;
    try {
      const step = plan(state, now);
      if (step.kind === "apply") prices.set(proposal.sku, step.change.to);
      return { id, proposal, step, problem: step.kind === "end" ? step.problem : null };
    } catch (error) {
      if (error instanceof ProblemError) return { id, proposal, step: null, problem: error };
      throw error;
    }
  });
}
