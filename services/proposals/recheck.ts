import { and } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { hasStatus } from "../../db/reads/proposals.ts";
import { proposals } from "../../db/schema.ts";
import { OPEN_STATUSES } from "../../domain/messages/proposal.ts";
import { type ServiceContext, systemActor } from "../context.ts";
import { decideSegment, previewSegment } from "./decide.ts";
import { planRecheck } from "./plan-approval.ts";

/** Proposals that are looked at together: none of them sets a price, so that more fit into a batch. */
const SEGMENT_PROPOSALS = 1_000;
/** A segment takes up to 24 queries of the thousand of an invocation. */
const RECHECKED_MAX = 20 * SEGMENT_PROPOSALS;

/**
 * Ends the open proposals whose price the limits of today forbid: for every change of a cost, a limit, a status or the
 * settings, so that no list shows what cannot be approved. `skus`: whose they are; null = all. Answers how many ended.
 * Beyond what one invocation may do, proposals stay in the lists, and are refused at their approval.
 */
export async function recheckOpen(ctx: ServiceContext, skus: readonly string[] | null): Promise<number> {
  const isOpen = hasStatus(...OPEN_STATUSES);
  const open = await ctx.db
    .select({ id: proposals.id })
    .from(proposals)
    .where(skus === null ? isOpen : and(isAmong(proposals.sku, skus), isOpen));
  const inspector = { ...ctx, actor: systemActor("limits") };
  let ended = 0;
  for (let start = 0; start < Math.min(open.length, RECHECKED_MAX); start += SEGMENT_PROPOSALS) {
    const ids = open.slice(start, start + SEGMENT_PROPOSALS).map(({ id }) => id);
    const looked = await previewSegment(inspector, ids, planRecheck);
    const forbidden = looked.filter(({ problem }) => problem !== null).map(({ id }) => id);
    if (forbidden.length === 0) continue;
    const outcomes = await decideSegment(inspector, forbidden, planRecheck);
    ended += outcomes.filter(({ step }) => step?.kind === "end").length;
  }
  return ended;
}
