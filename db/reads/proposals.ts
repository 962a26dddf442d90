import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { ProposalStatus, Risk } from "../../domain/messages/proposal.ts";
import type { Database } from "../database.ts";
import { countFrom, is, type ListQuery, type ListShape, readIdPage, readPage } from "../list.ts";
import { products, proposals } from "../schema.ts";

export type ProposalRecord = typeof proposals.$inferSelect;

const profit = sql`coalesce(json_extract(${proposals.expected}, '$.delta.profit'), 0)`;

export const PROPOSAL_LIST = {
  source: sql`${proposals} LEFT JOIN ${products} ON ${products.sku} = ${proposals.sku}`,
  id: proposals.id,
  sorts: {
    createdAt: proposals.createdAt,
    expiresAt: proposals.expiresAt,
    decidedAt: sql`coalesce(${proposals.decidedAt}, 0)`,
    sku: proposals.sku,
    title: sql`coalesce(${products.title}, '')`,
    from: proposals.from,
    to: proposals.to,
    changePct: proposals.changePct,
    // the names of the tiers are not in their order
    risk: sql`CASE ${proposals.risk} WHEN 'HIGH' THEN 3 WHEN 'MEDIUM' THEN 2 ELSE 1 END`,
    confidence: proposals.confidence,
    profit,
    /** the worth by which a run ranks its proposals: domain/runs/proposal-cap.ts */
    value: sql`(${profit} + coalesce(json_extract(${proposals.expected}, '$.delta.interval80[0]'), 0)) / 2.0`,
  },
  sort: "-createdAt",
  search: [proposals.sku, products.title, products.brand],
  facets: {
    status: proposals.status,
    risk: proposals.risk,
    category: proposals.category,
    brand: products.brand,
    strategy: proposals.strategy,
    runId: proposals.runId,
  },
} as const satisfies ListShape;

export interface ProposalFilter {
  status?: ProposalStatus | undefined;
  risk?: Risk | undefined;
  sku?: string | undefined;
  category?: string | undefined;
  brand?: string | undefined;
  strategy?: string | undefined;
  runId?: string | undefined;
  q?: string | undefined;
}

/** What is told of a proposal's product beside it. */
const NAMED = { title: products.title, quantityUnit: products.quantityUnit };
export type ProposedProduct = Pick<typeof products.$inferSelect, keyof typeof NAMED>;

/** One page of proposals with what is told of their products. */
export async function listProposals(db: Database, query: ListQuery, filter: ProposalFilter) {
  return readPage(db, PROPOSAL_LIST, query, filtersOf(filter), ({ place, cut }) =>
    cut(
      db
        .select({ proposal: proposals, product: NAMED, ...place })
        .from(proposals)
        .leftJoin(products, eq(products.sku, proposals.sku))
        .$dynamic(),
    ),
  );
}

/** What of a list's query is pending. */
export type PendingQuery = ProposalFilter & Pick<ListQuery, "sort" | "after">;

/** One page of the ids of the pending proposals of a list's query, in its order. */
export function pendingIds(db: Database, query: PendingQuery & Pick<ListQuery, "limit">) {
  return readIdPage(db, PROPOSAL_LIST, query, pendingFilters(query));
}

/** How many pending proposals of a list's query stand behind a place. */
export function countPending(db: Database, query: PendingQuery): Promise<number> {
  return countFrom(db, PROPOSAL_LIST, query, pendingFilters(query));
}

function pendingFilters(query: ProposalFilter) {
  return [hasStatus("pending"), ...filtersOf(query)];
}

/** The condition that a proposal has one of these statuses. */
export function hasStatus(...statuses: [ProposalStatus, ...ProposalStatus[]]): SQL | undefined {
  const [first, ...others] = statuses;
  const isOne = others.length === 0 ? eq(proposals.status, first) : inArray(proposals.status, statuses);
  // as it stands in the index by status: without these words SQLite does not see that it may use it
  return statuses.includes("applied") ? isOne : and(isOne, sql`${proposals.status} <> 'applied'`);
}

function filtersOf({ status, risk, sku, category, brand, strategy, runId }: ProposalFilter) {
  return [
    status && hasStatus(status),
    is(proposals.risk, risk),
    is(proposals.sku, sku),
    is(proposals.category, category),
    is(products.brand, brand),
    is(proposals.strategy, strategy),
    is(proposals.runId, runId),
  ];
}

export async function readProposal(
  db: Database,
  id: string,
): Promise<{ proposal: ProposalRecord; product: ProposedProduct | null } | null> {
  const [row] = await db
    .select({ proposal: proposals, product: NAMED })
    .from(proposals)
    .leftJoin(products, eq(products.sku, proposals.sku))
    .where(eq(proposals.id, id));
  return row ?? null;
}
