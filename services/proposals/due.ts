import { and, eq, gt, lte, type SQL } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { hasStatus } from "../../db/reads/proposals.ts";
import { proposals } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { endedDetail } from "../../domain/ledger/ended-together.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { segmentsOf } from "../pricing/commit-prices.ts";
import { readSettings } from "../settings/settings.ts";
import { decideSegment, type Planner } from "./decide.ts";
import { planApplication, planApproval } from "./plan-approval.ts";
import { proposalEvent, TOLD_COLUMNS } from "./proposal-event.ts";

/**
 * Applies approved proposals whose time has come, in the order of their approval. One that is held stays approved, and
 * keeps none behind it from being applied.
 */
export async function applyDue(ctx: ServiceContext): Promise<DueCounts> {
  const isDue = and(hasStatus("approved"), lte(proposals.effectiveAt, ctx.now));
  return decideDue(ctx, isDue, (state, now) => planApplication(state, state.proposal, now));
}

/**
 * Applies the pending proposals that runs found safe enough to be applied without a person, if the settings allow that.
 * They pass the checks of an approval.
 */
export async function applySafe(ctx: ServiceContext): Promise<DueCounts> {
  const { settings } = await readSettings(ctx.d1);
  if (!settings.autoApply) return { applied: 0, failed: 0 };
  const isSafe = and(
    ...[hasStatus("pending"), eq(proposals.risk, "LOW"), eq(proposals.autoApprovable, true)],
    gt(proposals.expiresAt, ctx.now),
  );
  return decideDue(ctx, isSafe, (state, now) => planApproval(state, {}, ctx.actor, now));
}

interface DueCounts {
  applied: number;
  failed: number;
}

async function decideDue(ctx: ServiceContext, isDue: SQL | undefined, plan: Planner): Promise<DueCounts> {
  const due = await ctx.db
    .select({ id: proposals.id })
    .from(proposals)
    .where(isDue)
    .orderBy(proposals.decidedAt, proposals.createdAt);
  const counts = { applied: 0, failed: 0 };
  for (const segment of segmentsOf(due, ctx.now)) {
    const ids = segment.map(({ id }) => id);
    for (const { problem } of await decideSegment(ctx, ids, plan)) counts[problem ? "failed" : "applied"]++;
  }
  return counts;
}

/** Proposals expired in one pass. */
const EXPIRE_MAX = 500;

/** Ends pending proposals whose time is over, with one audit entry for all. */
export async function expireProposals(ctx: ServiceContext): Promise<number> {
  const { d1, db, now, actor } = ctx;
  const isPending = hasStatus("pending");
  const due = await db
    .select(TOLD_COLUMNS)
    .from(proposals)
    .where(and(isPending, lte(proposals.expiresAt, now)))
    .orderBy(proposals.createdAt)
    .limit(EXPIRE_MAX);
  const ids = due.map(({ id }) => id);
  if (ids.length === 0) return 0;
  const stillPending = and(isPending, isAmong(proposals.id, ids));
  const decision = { status: "expired" as const, decidedAt: now, decidedBy: actorLabel(actor) };
  try {
    await commitChained(ctx, {
      audit: [
        { action: "proposal.expired", subject: "proposals", detail: endedDetail(due, decision.decidedBy) },
      ],
      events: due.map((proposal) => proposalEvent("proposal.expired", { ...proposal, ...decision })),
      statements: () => [
        guardCount(d1, db.$count(proposals, stillPending), ids.length),
        prepare(d1, db.update(proposals).set(decision).where(stillPending)),
      ],
    });
    return ids.length;
  } catch (error) {
    // one of them was decided meanwhile: the next minute takes the others
    if (error instanceof BatchConflict) return 0;
    throw error;
  }
}
