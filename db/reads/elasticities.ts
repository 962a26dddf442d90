import { and, asc, desc, eq, gt, type SQL } from "drizzle-orm";
import type { Database } from "../database.ts";
import { elasticities, elasticityHistory, products } from "../schema.ts";

type ElasticityRecord = typeof elasticities.$inferSelect;

/** One page of elasticities in SKU order. */
export async function listElasticities(
  db: Database,
  query: { category?: string | undefined; after?: string | undefined; limit: number },
): Promise<ElasticityRecord[]> {
  const conditions: SQL[] = [];
  if (query.after !== undefined) conditions.push(gt(elasticities.sku, query.after));
  if (query.category !== undefined) conditions.push(eq(products.category, query.category));
  const rows = await db
    .select({ elasticity: elasticities })
    .from(elasticities)
    .innerJoin(products, eq(products.sku, elasticities.sku))
    .where(and(...conditions))
    .orderBy(asc(elasticities.sku))
    .limit(query.limit);
  return rows.map((row) => row.elasticity);
}

export async function readElasticity(db: Database, sku: string): Promise<ElasticityRecord | null> {
  const [row] = await db.select().from(elasticities).where(eq(elasticities.sku, sku));
  return row ?? null;
}

/** The course of a SKU's elasticity, newest first. */
export async function readElasticityHistory(db: Database, sku: string, limit: number) {
  return db
    .select()
    .from(elasticityHistory)
    .where(eq(elasticityHistory.sku, sku))
    .orderBy(desc(elasticityHistory.asOf))
    .limit(limit);
}
