import { and, asc, between, desc, eq, gt, gte, lt, lte, max, or, type SQL } from "drizzle-orm";
import type { Database } from "../database.ts";
import { competitors, demandDays, offers, products, signals } from "../schema.ts";

export type SignalRecord = typeof signals.$inferSelect;

interface SignalQuery {
  status?: "open" | "acknowledged" | "resolved" | undefined;
  type?: string | undefined;
  sku?: string | undefined;
  competitor?: string | undefined;
  /** 1 is the most urgent: `minPriority=2` asks for 1 and 2 */
  minPriority?: number | undefined;
  after?: { openedAt: number; id: string } | undefined;
  limit: number;
}

/** One page of signals with their product's title, newest first. */
export async function listSignals(
  db: Database,
  query: SignalQuery,
): Promise<{ signal: SignalRecord; title: string | null }[]> {
  const conditions: (SQL | undefined)[] = [];
  if (query.status) conditions.push(eq(signals.status, query.status));
  if (query.type) conditions.push(eq(signals.type, query.type));
  if (query.sku) conditions.push(eq(signals.sku, query.sku));
  if (query.competitor) conditions.push(eq(signals.competitor, query.competitor));
  if (query.minPriority) conditions.push(lte(signals.priority, query.minPriority));
  if (query.after) {
    const { openedAt, id } = query.after;
    conditions.push(
      or(lt(signals.openedAt, openedAt), and(eq(signals.openedAt, openedAt), gt(signals.id, id))),
    );
  }
  return db
    .select({ signal: signals, title: products.title })
    .from(signals)
    .leftJoin(products, eq(products.sku, signals.sku))
    .where(and(...conditions))
    .orderBy(desc(signals.openedAt), asc(signals.id))
    .limit(query.limit);
}

export async function readSignal(
  db: Database,
  id: string,
): Promise<{ signal: SignalRecord; title: string | null } | null> {
  const [row] = await db
    .select({ signal: signals, title: products.title })
    .from(signals)
    .leftJoin(products, eq(products.sku, signals.sku))
    .where(eq(signals.id, id));
  return row ?? null;
}

/** Days of demand of a SKU, oldest first. */
export async function listDemand(db: Database, sku: string, from: string, to: string) {
  return db
    .select()
    .from(demandDays)
    .where(and(eq(demandDays.sku, sku), between(demandDays.day, from, to)))
    .orderBy(demandDays.day);
}

/** Competitors by id, after the one named. */
export async function listCompetitors(db: Database, query: { after?: string | undefined; limit: number }) {
  return db
    .select()
    .from(competitors)
    .where(query.after === undefined ? undefined : gt(competitors.id, query.after))
    .orderBy(competitors.id)
    .limit(query.limit);
}

/** The SKU's currency by SKU; empty if there is no such product. */
export async function currencyOf(db: Database, sku: string): Promise<Map<string, string>> {
  const { currency } = products;
  const rows = await db.select({ sku: products.sku, currency }).from(products).where(eq(products.sku, sku));
  return new Map(rows.map((row) => [row.sku, row.currency]));
}

/** The currencies of the SKUs whose offers were written last, at `since` or later. */
export async function listSeenSkus(db: Database, since: number, limit: number): Promise<Map<string, string>> {
  const rows = await db
    .select({ sku: offers.sku, currency: offers.currency })
    .from(offers)
    .where(gte(offers.observedAt, since))
    .groupBy(offers.sku)
    .orderBy(desc(max(offers.observedAt)))
    .limit(limit);
  return new Map(rows.map((row) => [row.sku, row.currency]));
}
