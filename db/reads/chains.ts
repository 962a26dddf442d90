import { and, asc, desc, eq, gt, lt, type SQL, sql } from "drizzle-orm";
import type { Database } from "../database.ts";
import { audit, priceLedger } from "../schema.ts";

/** The ledger of one SKU, newest first. */
export async function listLedger(
  db: Database,
  query: { sku: string; before?: number | undefined; limit: number },
) {
  const conditions: SQL[] = [eq(priceLedger.sku, query.sku)];
  if (query.before !== undefined) conditions.push(lt(priceLedger.seq, query.before));
  return db
    .select()
    .from(priceLedger)
    .where(and(...conditions))
    .orderBy(desc(priceLedger.seq))
    .limit(query.limit);
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

/** An audit entry with its detail as the text that is stored. */
export type RawAudit = Awaited<ReturnType<typeof auditPage>>[number];

/** The audit, newest first. */
export async function listAudit(
  db: Database,
  query: { subject?: string | undefined; before?: number | undefined; limit: number },
): Promise<RawAudit[]> {
  const conditions: SQL[] = [];
  if (query.subject !== undefined) conditions.push(eq(audit.subject, query.subject));
  if (query.before !== undefined) conditions.push(lt(audit.seq, query.before));
  return db
    .select(RAW_AUDIT)
    .from(audit)
    .where(and(...conditions))
    .orderBy(desc(audit.seq))
    .limit(query.limit);
}
