import { and, asc, desc, eq, gt, lt, or, type SQL } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { quarantine } from "../../db/schema.ts";
import type { QuarantineStatus } from "../../domain/messages/present.ts";

export type QuarantineRecord = typeof quarantine.$inferSelect;

export interface QuarantineQuery {
  status?: QuarantineStatus | undefined;
  sku?: string | undefined;
  source?: string | undefined;
  after?: { heldAt: number; id: string } | undefined;
  limit: number;
}

/** One page of quarantined rows, newest first. */
export async function listQuarantine(db: Database, query: QuarantineQuery): Promise<QuarantineRecord[]> {
  const conditions: (SQL | undefined)[] = [];
  if (query.status) conditions.push(eq(quarantine.status, query.status));
  if (query.sku) conditions.push(eq(quarantine.sku, query.sku));
  if (query.source) conditions.push(eq(quarantine.source, query.source));
  if (query.after) {
    const { heldAt, id } = query.after;
    conditions.push(
      or(lt(quarantine.heldAt, heldAt), and(eq(quarantine.heldAt, heldAt), gt(quarantine.id, id))),
    );
  }
  return db
    .select()
    .from(quarantine)
    .where(and(...conditions))
    .orderBy(desc(quarantine.heldAt), asc(quarantine.id))
    .limit(query.limit);
}

export async function findQuarantined(db: Database, id: string): Promise<QuarantineRecord | null> {
  const [row] = await db.select().from(quarantine).where(eq(quarantine.id, id));
  return row ?? null;
}
