import { and, asc, gt, inArray, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "../../db/database.ts";
import { priceLedger, proposals, quarantine, signals } from "../../db/schema.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import { BELIEVED, type DerivedSource, type LakeRow } from "../../domain/lake/tables.ts";

/** What is younger may not be committed yet: a projection or a run dates its rows before it writes them. */
const SETTLED_AFTER_MS = 2 * MINUTE_MS;
/** Rows of one read. */
const PAGE_ROWS = 5_000;

/** A proposal's or a signal's latest change. */
const PROPOSAL_AT = sql<number>`coalesce(${proposals.decidedAt}, ${proposals.createdAt})`;

/** When a row last changed: up to when of it the lake says how far it is. */
export const LAST_CHANGE = {
  proposals: PROPOSAL_AT,
  signals: sql<number>`${signals.updatedAt}`,
  [BELIEVED]: sql<number>`${quarantine.updatedAt}`,
} as const satisfies Partial<Record<DerivedSource, SQL>>;

/** Up to where a table can be taken now: the newest sequence number of the ledger, else an instant. */
export async function derivedMark(db: Database, table: DerivedSource, now: number): Promise<number> {
  if (table !== "ledger") return now - SETTLED_AFTER_MS;
  const [head] = await db.select({ seq: sql<number | null>`max(${priceLedger.seq})` }).from(priceLedger);
  return head?.seq ?? 0;
}

/** The rows of a table that were written after one mark and up to another. */
export async function derivedRows(
  db: Database,
  table: DerivedSource,
  from: number,
  to: number,
): Promise<LakeRow[]> {
  return from >= to ? [] : READERS[table](db, from, to);
}

function within(column: SQLiteColumn | SQL, from: number, to: number): SQL {
  return sql`${column} > ${from} AND ${column} <= ${to}`;
}

const READERS = {
  ledger: ledgerRows,
  proposals: proposalRows,
  signals: signalRows,
  [BELIEVED]: believedRows,
} as const;

/** Observations that were in quarantine and are believed now: what their receipts count as accepted since. */
async function believedRows(db: Database, from: number, to: number): Promise<LakeRow[]> {
  const rows = await db
    .select()
    .from(quarantine)
    .where(
      and(inArray(quarantine.status, ["released", "confirmed"]), within(quarantine.updatedAt, from, to)),
    );
  return rows.map((row) => ({
    ...{ sku: row.sku, competitor: row.competitor, price: row.price, landed_price: row.landedPrice },
    ...{ currency: row.currency, availability: row.availability, observed_at: row.observedAt },
    ...{ correction: false, source: row.source, batch: `quarantine:${row.id}`, chunk: 0, row: 0 },
    received_at: row.receivedAt,
  }));
}

async function ledgerRows(db: Database, from: number, to: number): Promise<LakeRow[]> {
  const rows: (typeof priceLedger.$inferSelect)[] = [];
  for (let after = from; ; after = rows.at(-1)!.seq) {
    const page = await db
      .select()
      .from(priceLedger)
      .where(within(priceLedger.seq, after, to))
      .orderBy(asc(priceLedger.seq))
      .limit(PAGE_ROWS);
    rows.push(...page);
    if (page.length < PAGE_ROWS) break;
  }
  return rows.map(({ from, to, causeKind, causeId, prevHash, ...rest }) => ({
    ...rest,
    ...{ from_price: from, to_price: to, cause_kind: causeKind, cause_id: causeId, prev_hash: prevHash },
  }));
}

/** All rows of a table that changed, page by page of its key: an index by the time of change would cost more than it. */
async function changedRows<Row extends { id: string }>(
  read: (after: string) => PromiseLike<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after = ""; ; after = rows.at(-1)!.id) {
    const page = await read(after);
    rows.push(...page);
    if (page.length < PAGE_ROWS) return rows;
  }
}

async function proposalRows(db: Database, from: number, to: number): Promise<LakeRow[]> {
  const rows = await changedRows((after) =>
    db
      .select({ ...PROPOSAL, at: PROPOSAL_AT })
      .from(proposals)
      .where(and(gt(proposals.id, after), within(PROPOSAL_AT, from, to)))
      .orderBy(asc(proposals.id))
      .limit(PAGE_ROWS),
  );
  return rows.map(({ expected, ...row }) => ({ ...row, expected: JSON.stringify(expected) }));
}

const PROPOSAL = {
  ...{ id: proposals.id, run_id: proposals.runId, sku: proposals.sku, category: proposals.category },
  ...{ from_price: proposals.from, to_price: proposals.to, currency: proposals.currency },
  ...{ change_pct: proposals.changePct, status: proposals.status, risk: proposals.risk },
  ...{ strategy: proposals.strategy, confidence: proposals.confidence, expected: proposals.expected },
  ...{ created_at: proposals.createdAt, effective_at: proposals.effectiveAt },
  ...{ decided_by: proposals.decidedBy, decided_at: proposals.decidedAt, ledger_seq: proposals.ledgerSeq },
};

async function signalRows(db: Database, from: number, to: number): Promise<LakeRow[]> {
  const rows = await changedRows((after) =>
    db
      .select(SIGNAL)
      .from(signals)
      .where(and(gt(signals.id, after), within(signals.updatedAt, from, to)))
      .orderBy(asc(signals.id))
      .limit(PAGE_ROWS),
  );
  return rows.map(({ evidence, ...row }) => ({ ...row, evidence: JSON.stringify(evidence) }));
}

const SIGNAL = {
  ...{ id: signals.id, sku: signals.sku, competitor: signals.competitor, type: signals.type },
  ...{ status: signals.status, priority: signals.priority, severity: signals.severity },
  ...{ confidence: signals.confidence, message: signals.message, evidence: signals.evidence },
  ...{ opened_at: signals.openedAt, resolved_at: signals.resolvedAt },
  ...{ acknowledged_by: signals.acknowledgedBy, at: signals.updatedAt },
};
