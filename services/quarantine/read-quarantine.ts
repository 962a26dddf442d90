import { eq, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { quarantine } from "../../db/schema.ts";
import type { QuarantineStatus } from "../../domain/messages/present.ts";

export type QuarantineRecord = typeof quarantine.$inferSelect;

export const QUARANTINE_LIST = {
  source: sql`${quarantine}`,
  id: quarantine.id,
  sorts: {
    heldAt: quarantine.heldAt,
    observedAt: quarantine.observedAt,
    sku: quarantine.sku,
    competitor: quarantine.competitor,
  },
  sort: "-heldAt",
  search: [quarantine.sku, quarantine.competitor, quarantine.source],
  facets: {
    status: quarantine.status,
    source: quarantine.source,
    competitor: quarantine.competitor,
    code: quarantine.code,
    kind: quarantine.kind,
  },
} as const satisfies ListShape;

interface QuarantineFilter {
  status?: QuarantineStatus | undefined;
  sku?: string | undefined;
  competitor?: string | undefined;
  source?: string | undefined;
}

/** One page of quarantined rows. */
export async function listQuarantine(db: Database, query: ListQuery, filter: QuarantineFilter) {
  const { status, sku, competitor, source } = filter;
  const filters = [
    is(quarantine.status, status),
    is(quarantine.sku, sku),
    is(quarantine.competitor, competitor),
    is(quarantine.source, source),
  ];
  return readPage(db, QUARANTINE_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ row: quarantine, ...place })
        .from(quarantine)
        .$dynamic(),
    ),
  );
}

export async function findQuarantined(db: Database, id: string): Promise<QuarantineRecord | null> {
  const [row] = await db.select().from(quarantine).where(eq(quarantine.id, id));
  return row ?? null;
}
