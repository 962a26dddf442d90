import { and, asc, between, eq, gt, gte, inArray, lte, max, min, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { FOUND_BY_LEDGER } from "../../domain/ledger/audited-skus.ts";
import type { Database } from "../database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../list.ts";
import { audit, auditInstants, auditSkus, priceLedger } from "../schema.ts";
import { isOfSku, namesOf } from "./lineage.ts";

export const LEDGER_LIST = {
  source: sql`${priceLedger}`,
  id: priceLedger.seq,
  sorts: { seq: priceLedger.seq },
  sort: "-seq",
  search: [priceLedger.reason, priceLedger.actor, priceLedger.source],
  facets: { source: priceLedger.source, actor: priceLedger.actor },
} as const satisfies ListShape;

/** One page of the ledger of one SKU. */
export async function listLedger(db: Database, query: ListQuery, sku: string) {
  return readPage(db, LEDGER_LIST, query, [isOfSku(sku)], ({ place, cut }) =>
    cut(
      db
        .select({ entry: priceLedger, ...place })
        .from(priceLedger)
        .$dynamic(),
    ),
  );
}

/** A page of the ledger, from an entry on, as it is stored. */
export function ledgerPage(db: Database, after: number, limit: number) {
  return db
    .select()
    .from(priceLedger)
    .where(gt(priceLedger.seq, after))
    .orderBy(asc(priceLedger.seq))
    .limit(limit);
}

/** The columns of an audit entry with its detail as text: a spoilt one must be found, not fail the query. */
const RAW_AUDIT = {
  seq: audit.seq,
  at: audit.at,
  actor: audit.actor,
  actorId: audit.actorId,
  action: audit.action,
  subject: audit.subject,
  detail: sql<string>`${audit.detail}`,
  prevHash: audit.prevHash,
  hash: audit.hash,
};

/** A page of the audit, from an entry on. */
export function auditPage(db: Database, after: number, limit: number) {
  return auditWhere(db, gt(audit.seq, after)).limit(limit);
}

/** The audit entries that meet a condition, in their order. */
export function auditWhere(db: Database, condition: SQL) {
  return db.select(RAW_AUDIT).from(audit).where(condition).orderBy(asc(audit.seq));
}

/** The audit entries of some instants, in their order. @param instants a query of one column, ms */
export function auditAt(db: Database, instants: SQL) {
  return auditWhere(db, inArray(audit.seq, seqsAt(db, sql`${auditInstants.at} IN (${instants})`)));
}

/** The numbers of the audit entries whose instants, and which themselves, meet a condition. */
function seqsAt(db: Database, instant: SQL, ...conditions: SQL[]) {
  const isOfInstant = and(
    between(audit.seq, auditInstants.from, auditInstants.to),
    eq(audit.at, auditInstants.at),
  );
  return (
    db
      .select({ seq: audit.seq })
      .from(auditInstants)
      // a cross join is read in the order in which it stands: few instants lead to few entries
      .crossJoin(audit)
      .where(and(instant, isOfInstant, ...conditions))
  );
}

/** An audit entry with its detail as the text that is stored. */
export type RawAudit = Awaited<ReturnType<typeof auditPage>>[number];

export const AUDIT_LIST = {
  source: sql`${audit}`,
  id: audit.seq,
  sorts: { seq: audit.seq },
  sort: "-seq",
  search: [audit.actor, audit.action, audit.subject],
  facets: { action: audit.action, actor: audit.actor },
} as const satisfies ListShape;

export interface AuditFilter {
  subject?: string | undefined;
  action?: string | undefined;
  /** what the entry says of one SKU */
  sku?: string | undefined;
  /** the actor's name or id */
  actor?: string | undefined;
  /** an action, or all whose name begins so: `proposal` for `proposal.apply` and others */
  kind?: string | undefined;
  /** ms, both included */
  from?: number | undefined;
  to?: number | undefined;
}

/** The conditions of the audit's own filters. */
function auditFilters(db: Database, { subject, action, sku, actor, kind, from, to }: AuditFilter) {
  return [
    is(audit.subject, subject),
    is(audit.action, action),
    sku === undefined ? undefined : concernsSku(db, sku),
    actor === undefined ? undefined : or(eq(audit.actor, actor), eq(audit.actorId, actor)),
    kind === undefined
      ? undefined
      : sql`substr(${audit.action} || '.', 1, length(${kind}) + 1) = ${kind} || '.'`,
    ...inSpan(db, from, to),
  ];
}

/** Entries of a span of time, ms, both ends included. The instants say among which numbers they are. */
function inSpan(db: Database, from: number | undefined, to: number | undefined): SQL[] {
  if (from === undefined && to === undefined) return [];
  const isWithin = (at: SQLiteColumn) =>
    and(from === undefined ? undefined : gte(at, from), to === undefined ? undefined : lte(at, to))!;
  const end = (seq: SQL<number | null>) =>
    db.select({ seq }).from(auditInstants).where(isWithin(auditInstants.at));
  const [first, last] = [end(min(auditInstants.from)), end(max(auditInstants.to))];
  return [isWithin(audit.at), sql`${audit.seq} BETWEEN (${first}) AND (${last})`];
}

/** Entries are found by the SKUs of their detail; those of a price by the ledger's entry of the same instant. */
function concernsSku(db: Database, sku: string): SQL | undefined {
  const listed = db
    .select({ seq: auditSkus.seq })
    .from(auditSkus)
    .where(inArray(auditSkus.sku, namesOf(sku)));
  const priced = db.select({ at: priceLedger.at }).from(priceLedger).where(isOfSku(sku));
  const ofPrices = seqsAt(
    db,
    inArray(auditInstants.at, priced),
    inArray(audit.action, FOUND_BY_LEDGER),
    sql`${audit.detail} ->> 'sku' IN ${namesOf(sku)}`,
  );
  return or(inArray(audit.seq, listed), inArray(audit.seq, ofPrices));
}

/** One page of the audit. */
export async function listAudit(db: Database, query: ListQuery, filter: AuditFilter) {
  return readPage(db, AUDIT_LIST, query, auditFilters(db, filter), ({ place, cut }) =>
    cut(
      db
        .select({ entry: RAW_AUDIT, ...place })
        .from(audit)
        .$dynamic(),
    ),
  );
}
