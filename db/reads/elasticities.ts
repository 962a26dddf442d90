import { desc, eq, sql } from "drizzle-orm";
import type { Database } from "../database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../list.ts";
import { elasticities, elasticityHistory, products, runs } from "../schema.ts";

type ElasticityRecord = typeof elasticities.$inferSelect;

export const ELASTICITY_LIST = {
  source: sql`${elasticities} INNER JOIN ${products} ON ${products.sku} = ${elasticities.sku}`,
  id: elasticities.sku,
  sorts: {
    sku: elasticities.sku,
    mean: elasticities.mean,
    sd: elasticities.sd,
    asOf: elasticities.asOf,
    category: products.category,
  },
  sort: "sku",
  search: [elasticities.sku, products.title, products.brand],
  facets: {
    category: products.category,
    brand: products.brand,
    identified: elasticities.identified,
    label: elasticities.label,
  },
} as const satisfies ListShape;

interface ElasticityFilter {
  category?: string | undefined;
  brand?: string | undefined;
  identified?: boolean | undefined;
}

/** One page of elasticities. */
export async function listElasticities(db: Database, query: ListQuery, filter: ElasticityFilter) {
  const { category, brand, identified } = filter;
  const filters = [
    is(products.category, category),
    is(products.brand, brand),
    is(elasticities.identified, identified),
  ];
  return readPage(db, ELASTICITY_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ elasticity: elasticities, title: products.title, ...place })
        .from(elasticities)
        .innerJoin(products, eq(products.sku, elasticities.sku))
        .$dynamic(),
    ),
  );
}

export async function readElasticity(db: Database, sku: string): Promise<ElasticityRecord | null> {
  const [row] = await db.select().from(elasticities).where(eq(elasticities.sku, sku));
  return row ?? null;
}

/** The course of a SKU's elasticity, newest first. */
export async function readElasticityHistory(db: Database, sku: string, limit: number) {
  const { asOf, mean, sd, identified, label, runId } = elasticityHistory;
  const ofSameTime = sql<string | null>`coalesce(nullif(${runId}, ''), (SELECT r.id FROM ${runs} r
    WHERE r.kind = 'elasticity' AND r.as_of = elasticity_history.as_of LIMIT 1))`;
  return db
    .select({ ...{ asOf, mean, sd, identified, label }, runId: ofSameTime })
    .from(elasticityHistory)
    .where(eq(elasticityHistory.sku, sku))
    .orderBy(desc(asOf))
    .limit(limit);
}
