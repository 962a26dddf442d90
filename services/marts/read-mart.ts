import { and, asc, between, eq, getViewSelectedFields, type SQL, sql } from "drizzle-orm";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import {
  customerScores,
  dailyDemand,
  dailyForecasts,
  dailyFunnel,
  dailyMovements,
  dailySessions,
  dailySignals,
  hourlyDemand,
  pricingAnalysis,
  productPerformance,
} from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ServiceContext } from "../context.ts";

/** The marts that have a row or more for each civil day. */
export const DAY_TABLES = {
  "daily-demand": dailyDemand,
  "hourly-demand": hourlyDemand,
  "daily-funnel": dailyFunnel,
  "daily-sessions": dailySessions,
  "daily-signals": dailySignals,
  "daily-movements": dailyMovements,
  "daily-forecasts": dailyForecasts,
  "customer-scores": customerScores,
};
export type DayTables = typeof DAY_TABLES;

/** A span of civil days, and one category. */
export interface MartQuery {
  from: string;
  to: string;
  category?: string | undefined;
}

const ROWS_MAX = 20_000;

/**
 * The rows of a mart, by day.
 * @throws ProblemError bad_request if there are more than 20,000
 */
export async function readMart<Name extends keyof DayTables>(
  { db }: Pick<ServiceContext, "db">,
  name: Name,
  { from, to, category }: MartQuery,
  more: readonly (SQL | undefined)[] = [],
): Promise<DayTables[Name]["$inferSelect"][]> {
  const table = DAY_TABLES[name] as DayTables["daily-demand"];
  const ofCategory =
    category === undefined || !("category" in getViewSelectedFields(table))
      ? undefined
      : eq(table.category, category);
  const rows = await db
    .select()
    .from(table)
    .where(and(between(table.day, from, to), ofCategory, ...more))
    .orderBy(asc(table.day))
    .limit(ROWS_MAX + 1);
  if (rows.length > ROWS_MAX)
    throw new ProblemError("bad_request", `these days have over ${ROWS_MAX} rows: ask for fewer days`);
  return rows as DayTables[Name]["$inferSelect"][];
}

export const PERFORMANCE_LIST = {
  source: sql`${productPerformance}`,
  id: productPerformance.sku,
  sorts: {
    sku: productPerformance.sku,
    units: productPerformance.units,
    revenue: productPerformance.revenue,
    views: productPerformance.views,
    carts: productPerformance.carts,
    conversion: sql`COALESCE(${productPerformance.conversion}, -1)`,
    variation: sql`COALESCE(${productPerformance.variation}, -1)`,
    growth: sql`${productPerformance.revenue} - ${productPerformance.priorRevenue}`,
  },
  sort: "-revenue",
  search: [productPerformance.sku, productPerformance.title, productPerformance.brand],
  facets: { category: productPerformance.category, brand: productPerformance.brand },
} as const satisfies ListShape;

export const PRICING_LIST = {
  source: sql`${pricingAnalysis}`,
  id: pricingAnalysis.sku,
  sorts: {
    sku: pricingAnalysis.sku,
    price: pricingAnalysis.price,
    gapPct: sql`COALESCE(${pricingAnalysis.gapPct}, -1e9)`,
    avgGapPct: sql`COALESCE(${pricingAnalysis.avgGapPct}, -1e9)`,
    competitors: pricingAnalysis.competitors,
    unitsPerDay: sql`COALESCE(${pricingAnalysis.unitsPerDay}, -1)`,
  },
  sort: "-gapPct",
  search: [pricingAnalysis.sku, pricingAnalysis.title, pricingAnalysis.brand],
  facets: {
    category: pricingAnalysis.category,
    brand: pricingAnalysis.brand,
    position: pricingAnalysis.position,
    recommendation: pricingAnalysis.recommendation,
  },
} as const satisfies ListShape;

interface ProductFilter {
  category?: string | undefined;
  brand?: string | undefined;
}

/** A page of products with how they did. */
export async function listPerformance(
  { db }: Pick<ServiceContext, "db">,
  query: ListQuery,
  { category, brand }: ProductFilter,
) {
  const filters = [is(productPerformance.category, category), is(productPerformance.brand, brand)];
  return readPage(db, PERFORMANCE_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ row: getViewSelectedFields(productPerformance), ...place })
        .from(productPerformance)
        .$dynamic(),
    ),
  );
}

type Analysed = typeof pricingAnalysis.$inferSelect;

/** A page of products with where their prices stand. */
export async function listPricing(
  { db }: Pick<ServiceContext, "db">,
  query: ListQuery,
  filter: ProductFilter & {
    position?: Analysed["position"] | undefined;
    recommendation?: Analysed["recommendation"] | undefined;
  },
) {
  const filters = [
    is(pricingAnalysis.category, filter.category),
    is(pricingAnalysis.brand, filter.brand),
    is(pricingAnalysis.position, filter.position),
    is(pricingAnalysis.recommendation, filter.recommendation),
  ];
  return readPage(db, PRICING_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ row: getViewSelectedFields(pricingAnalysis), ...place })
        .from(pricingAnalysis)
        .$dynamic(),
    ),
  );
}
