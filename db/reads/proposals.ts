import { and, desc, eq, lt, or, type SQL } from "drizzle-orm";
import type { ProposalStatus, Risk } from "../../domain/messages/proposal.ts";
import type { Database } from "../database.ts";
import { products, proposals } from "../schema.ts";

export type ProposalRecord = typeof proposals.$inferSelect;

/** What narrows the list. */
export interface ProposalFilter {
  status?: ProposalStatus | undefined;
  risk?: Risk | undefined;
  sku?: string | undefined;
  category?: string | undefined;
  runId?: string | undefined;
}

export interface ProposalQuery extends ProposalFilter {
  /** place after which the page begins: creation time and id of the last row before */
  after?: { createdAt: number; id: string } | undefined;
  limit: number;
}

/** One page of proposals with their product's title, newest first. */
export async function listProposals(
  db: Database,
  query: ProposalQuery,
): Promise<{ proposal: ProposalRecord; title: string | null }[]> {
  return db
    .select({ proposal: proposals, title: products.title })
    .from(proposals)
    .leftJoin(products, eq(products.sku, proposals.sku))
    .where(and(...asQueried(query), query.after && isBehind(query.after)))
    .orderBy(desc(proposals.createdAt), desc(proposals.id))
    .limit(query.limit);
}

/** The ids of all pending proposals of a query, in the order of the list. */
export async function listPendingIds(db: Database, query: ProposalFilter): Promise<string[]> {
  const rows = await db
    .select({ id: proposals.id })
    .from(proposals)
    .where(and(eq(proposals.status, "pending"), ...asQueried(query)))
    .orderBy(desc(proposals.createdAt), desc(proposals.id));
  return rows.map(({ id }) => id);
}

function asQueried({ status, risk, sku, category, runId }: ProposalFilter): SQL[] {
  const conditions: SQL[] = [];
  if (status) conditions.push(eq(proposals.status, status));
  if (risk) conditions.push(eq(proposals.risk, risk));
  if (sku) conditions.push(eq(proposals.sku, sku));
  if (category) conditions.push(eq(proposals.category, category));
  if (runId) conditions.push(eq(proposals.runId, runId));
  return conditions;
}

/** Whether a row stands behind the last one of the page before. */
function isBehind({ createdAt, id }: NonNullable<ProposalQuery["after"]>): SQL | undefined {
  return or(
    lt(proposals.createdAt, createdAt),
    and(eq(proposals.createdAt, createdAt), lt(proposals.id, id)),
  );
}

export async function readProposal(
  db: Database,
  id: string,
): Promise<{ proposal: ProposalRecord; title: string | null } | null> {
  const [row] = await db
    .select({ proposal: proposals, title: products.title })
    .from(proposals)
    .leftJoin(products, eq(products.sku, proposals.sku))
    .where(eq(proposals.id, id));
  return row ?? null;
}
