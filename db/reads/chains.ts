import { and, desc, eq, lt, type SQL } from "drizzle-orm";
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

/** The audit, newest first. */
export async function listAudit(
  db: Database,
  query: { subject?: string | undefined; before?: number | undefined; limit: number },
) {
  const conditions: SQL[] = [];
  if (query.subject !== undefined) conditions.push(eq(audit.subject, query.subject));
  if (query.before !== undefined) conditions.push(lt(audit.seq, query.before));
  return db
    .select()
    .from(audit)
    .where(and(...conditions))
    .orderBy(desc(audit.seq))
    .limit(query.limit);
}
