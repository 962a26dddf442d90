import type { Place } from "../../db/list.ts";
import { countPending, type PendingQuery, pendingIds } from "../../db/reads/proposals.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { Outcome as Expected } from "../../domain/pricing/decision/decision.ts";
import type { ServiceContext } from "../context.ts";
import { INVOCATION_PRICES, SEGMENT_PRICES } from "../pricing/commit-prices.ts";
import { decideSegment, type Outcome, type Planner, previewSegment } from "./decide.ts";
import { planApproval, planRejection } from "./plan-approval.ts";
import type { DecidedProposal } from "./read-approval.ts";

/** Proposals that one request decides. */
const BULK_MAX = 500;

interface BulkDecision {
  action: "approve" | "reject";
  ids?: string[] | undefined;
  /** the query of the list: what of it is pending, in the order of the list, from a place on */
  filter?: PendingQuery | undefined;
  note?: string | undefined;
  /** answers what would happen, and does nothing */
  preview?: boolean | undefined;
}

interface BulkOutcome {
  /** how many were decided as asked; of a preview how many would be */
  done: number;
  /** were so already */
  skipped: number;
  failed: { id: string; code: string; detail: string }[];
  /** pending ones of the query that this request did not come to */
  remaining: number;
  /** where they begin; null where none remain */
  next: Place | null;
  effect: BulkEffect;
  /** all that are not what they were, with those that a changed limit or price ended */
  changed: { id: string; sku: string; status: string }[];
}

/** What the prices that were approved bring; profit by currency, minor units over the horizon of a proposal. */
export interface BulkEffect {
  profit: Map<string, number>;
  up: number;
  down: number;
}

/**
 * Decides many proposals, in segments that each commit at once. What cannot be decided is answered with its code, and
 * keeps none of the others from it: the request goes on behind it until it has decided BULK_MAX. A query is read page by
 * page, so that a request costs the same however many are left.
 */
export async function decideInBulk(ctx: ServiceContext, bulk: BulkDecision): Promise<BulkOutcome> {
  const plan = plannerOf(ctx, bulk);
  const { ids, filter = {}, preview = false } = bulk;
  const effect: BulkEffect = { profit: new Map(), up: 0, down: 0 };
  const counts = { done: 0, skipped: 0, failed: [], remaining: 0, next: null };
  const outcome: BulkOutcome = { ...counts, effect, changed: [] };
  if (ids !== undefined) {
    for (const one of await settled(ctx, ids, plan, preview)) count(outcome, one);
    return outcome;
  }
  let after = filter.after;
  for (let looked = 0; looked < INVOCATION_PRICES && outcome.done < BULK_MAX; ) {
    const limit = Math.min(SEGMENT_PRICES, BULK_MAX - outcome.done);
    const page = await pendingIds(ctx.db, { ...filter, after, limit });
    for (const one of await settled(ctx, page.ids, plan, preview)) count(outcome, one);
    if (page.next === null) return outcome;
    looked += page.ids.length;
    after = page.next;
    outcome.next = page.next;
  }
  return { ...outcome, remaining: await countPending(ctx.db, { ...filter, after }) };
}

function plannerOf({ actor }: ServiceContext, { action, note }: BulkDecision): Planner {
  if (action === "approve") return (state, now) => planApproval(state, { note }, actor, now);
  return (state) =>
    state.proposal.status === "rejected" ? { kind: "none" } : planRejection(state, note ?? null);
}

/** A segment that could not be committed fails alone. */
async function settled(
  ctx: ServiceContext,
  ids: readonly string[],
  plan: Planner,
  preview: boolean,
): Promise<Outcome[]> {
  try {
    return await (preview ? previewSegment : decideSegment)(ctx, ids, plan);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return ids.map((id) => ({ id, proposal: null, step: null, problem: error }));
  }
}

const STATUS_AFTER = {
  first_of_two: "pending",
  undo: "pending",
  schedule: "approved",
  apply: "applied",
} as const;

function count(outcome: BulkOutcome, { id, proposal, step, problem }: Outcome): void {
  if (problem) outcome.failed.push({ id, code: problem.code, detail: problem.message });
  if (!proposal || !step) return;
  if (step.kind === "none") {
    outcome.skipped++;
    return;
  }
  const status = step.kind === "end" ? step.status : STATUS_AFTER[step.kind];
  outcome.changed.push({ id, sku: proposal.sku, status });
  if (!problem) outcome.done++;
  if (step.kind === "apply" || step.kind === "schedule") addEffect(outcome.effect, proposal);
}

function addEffect(effect: BulkEffect, { from, to, currency, expected }: DecidedProposal): void {
  const { delta } = expected as { delta?: Expected };
  effect.profit.set(currency, (effect.profit.get(currency) ?? 0) + (delta?.profit ?? 0));
  if (to > from) effect.up++;
  else if (to < from) effect.down++;
}
