import { and, desc, eq, lt, or, type SQL } from "drizzle-orm";
import type { ProposalStatus, Risk } from "../../domain/messages/proposal.ts";
import type { Database } from "../database.ts";
import { products, proposals } from "../schema.ts";

export type ProposalRecord = typeof proposals.$inferSelect;

export interface ProposalQuery {
  status?: ProposalStatus | undefined;
  risk?: Risk | undefined;
  sku?: string | undefined;
  category?: string | undefined;
  runId?: string | undefined;
  /** place after which the page begins: creation time and id of the last row before */
  after?: { createdAt: number; id: string } | undefined;
  limit: number;
}

/** One page of proposals with their product's title, newest first. */
export async function listProposals(
  db: Database,
  query: ProposalQuery,
): Promise<{ proposal: ProposalRecord; title: string | null }[]> {
  const conditions: (SQL | undefined)[] = [];
  if (query.status) conditions.push(eq(proposals.status, query.status));
  if (query.risk) conditions.push(eq(proposals.risk, query.risk));
  if (query.sku) conditions.push(eq(proposals.sku, query.sku));
  if (query.category) conditions.push(eq(proposals.category, query.category));
  if (query.runId) conditions.push(eq(proposals.runId, query.runId));
  if (query.after) {
    const { createdAt, id } = query.after;
    conditions.push(
      or(lt(proposals.createdAt, createdAt), and(eq(proposals.createdAt, createdAt), lt(proposals.id, id))),
    );
  }
  return db
    .select({ proposal: proposals, title: products.title })
    .from(proposals)
    .leftJoin(products, eq(products.sku, proposals.sku))
    .where(and(...conditions))
    .orderBy(desc(proposals.createdAt), desc(proposals.id))
    .limit(query.limit);
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
