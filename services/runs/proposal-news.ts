import { and, eq } from "drizzle-orm";
import { hasStatus } from "../../db/reads/proposals.ts";
import { proposals } from "../../db/schema.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { LiveItem } from "../../domain/messages/live.ts";
import type { ServiceContext } from "../context.ts";

/** Proposals of one run shard that are published one by one; more of them travel as their number. */
const PUBLISHED_MAX = 20;

/** The proposals that a shard of a run has just put before a person, for open dashboards. */
export async function proposalNews(
  { db, now }: Pick<ServiceContext, "db" | "now">,
  runId: string,
): Promise<LiveItem[]> {
  const { id, sku, status } = proposals;
  const isNew = and(hasStatus("pending"), eq(proposals.createdAt, now), eq(proposals.runId, runId));
  const made = await db.select({ id, sku, status }).from(proposals).where(isNew).orderBy(id);
  if (made.length > PUBLISHED_MAX) return [{ type: "proposals", runId, pending: made.length, at: iso(now) }];
  return made.map((proposal) => ({ type: "proposal", ...proposal }));
}
