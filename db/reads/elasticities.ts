import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { PricesRight } from "../../domain/learning/elasticity/em.ts";
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

/** What it was before it was last learned. */
const MEAN_BEFORE = sql<
  number | null
>`(SELECT h.mean FROM ${elasticityHistory} h WHERE h.sku = ${elasticities.sku}
  AND h.as_of < ${elasticities.asOf} ORDER BY h.as_of DESC LIMIT 1)`;

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
        .select({ elasticity: elasticities, title: products.title, previousMean: MEAN_BEFORE, ...place })
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

/** What a run over the catalogue learned of all its products together, or of one category's. */
interface PooledElasticity {
  runId: string;
  /** of the run's data, ms */
  asOf: number;
  mean: number;
  /** null of a category */
  low: number | null;
  high: number | null;
}

/** What the runs over the whole catalogue learned of it. */
export interface Course {
  /** oldest first */
  points: PooledElasticity[];
  /** how likely the newest of them found it that the shop's own prices are right; null where it could not weigh that */
  pricesRight: PricesRight | null;
}

/** What the newest runs over the whole catalogue, or their part of a category, learned; `limit` runs are looked at. */
export async function readPooledCourse(
  db: Database,
  category: string | undefined,
  limit: number,
): Promise<Course> {
  const own = (path: string) => sql<number | null>`json_extract(${runs.counts}, ${`$.own.${path}`})`;
  const ofCategory = sql<
    number | null
  >`(SELECT c.value ->> 'own' FROM json_each(${runs.counts}, '$.categories') c
    WHERE c.key = ${category ?? ""})`;
  const rows = await db
    .select({
      ...{ runId: runs.id, asOf: runs.asOf, scope: runs.scope, dryRun: runs.dryRun, status: runs.status },
      pricesRight: sql<string | null>`${runs.counts} -> '$.pricesRight'`,
      ...(category === undefined
        ? { mean: own("mean"), low: own("ci95[0]"), high: own("ci95[1]") }
        : { mean: ofCategory, low: NONE, high: NONE }),
    })
    .from(runs)
    .where(and(eq(runs.kind, "elasticity"), isNotNull(runs.finishedAt)))
    .orderBy(desc(runs.finishedAt))
    .limit(limit);
  const whole = rows
    .filter(({ scope, dryRun }) => !dryRun && Object.keys(scope as object).length === 0)
    .sort((a, b) => a.asOf - b.asOf);
  const newest = whole.findLast(({ status }) => status === "done" || status === "partial");
  return {
    points: whole.flatMap(({ runId, asOf, mean, low, high }) =>
      mean === null ? [] : [{ runId, asOf, mean, low, high }],
    ),
    pricesRight: newest?.pricesRight ? (JSON.parse(newest.pricesRight) as PricesRight) : null,
  };
}

const NONE = sql<number | null>`NULL`;
