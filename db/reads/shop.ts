import { eq } from "drizzle-orm";
import type { Database } from "../database.ts";
import { aggregates, stock } from "../schema.ts";

type StockRecord = typeof stock.$inferSelect;
export type AggregateRecord = typeof aggregates.$inferSelect;

/** A SKU's levels by warehouse. */
export async function listStock(db: Database, sku: string): Promise<StockRecord[]> {
  return db.select().from(stock).where(eq(stock.sku, sku)).orderBy(stock.warehouse);
}

/** What comparison sites say of a SKU. */
export async function listAggregates(db: Database, sku: string): Promise<AggregateRecord[]> {
  return db.select().from(aggregates).where(eq(aggregates.sku, sku)).orderBy(aggregates.aggregator);
}
