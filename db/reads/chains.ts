import { eq, sql } from "drizzle-orm";
import type { Database } from "../database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../list.ts";
import { audit, priceLedger } from "../schema.ts";

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
  return readPage(db, LEDGER_LIST, query, [eq(priceLedger.sku, sku)], ({ place, cut }) =>
    cut(
      db
        .select({ entry: priceLedger, ...place })
        .from(priceLedger)
        .$dynamic(),
    ),
  );
}

export const AUDIT_LIST = {
  source: sql`${audit}`,
  id: audit.seq,
  sorts: { seq: audit.seq },
  sort: "-seq",
  search: [audit.actor, audit.action, audit.subject],
  facets: { action: audit.action, actor: audit.actor },
} as const satisfies ListShape;

/** One page of the audit. */
export async function listAudit(db: Database, query: ListQuery, filter: { subject?: string | undefined }) {
  const filters = [is(audit.subject, filter.subject)];
  return readPage(db, AUDIT_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ entry: audit, ...place })
        .from(audit)
        .$dynamic(),
    ),
  );
}
