import { and, eq, lte } from "drizzle-orm";
import { proposals } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ServiceContext } from "../context.ts";
import { applyApproved } from "../proposals/approve.ts";

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
