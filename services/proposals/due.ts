import { and, eq, lte } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { proposals } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { applyApproved } from "./approve.ts";

/** Proposals applied in one pass. */
const APPLY_MAX = 200;

/** Applies approved proposals whose time has come, in the order of their approval. */
export async function applyDue(ctx: ServiceContext): Promise<{ applied: number; rejected: number }> {
  const due = await ctx.db
    .select({ id: proposals.id })
    .from(proposals)
    .where(and(eq(proposals.status, "approved"), lte(proposals.effectiveAt, ctx.now)))
    .orderBy(proposals.decidedAt, proposals.createdAt)
    .limit(APPLY_MAX);
  const counts = { applied: 0, rejected: 0 };
  for (const { id } of due) {
    try {
      await applyApproved(ctx, id);
      counts.applied++;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      counts.rejected++;
    }
  }
  return counts;
}

/** Proposals expired in one pass. */
const EXPIRE_MAX = 500;

/** Ends pending proposals whose time is over, with one audit entry for all. */
export async function expireProposals(ctx: ServiceContext): Promise<number> {
  const { d1, db, now, actor } = ctx;
  const isPending = eq(proposals.status, "pending");
  const due = await db
    .select({ id: proposals.id })
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
      audit: [{ action: "proposal.expired", subject: "proposals", detail: { ids } }],
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
