import { and, desc, eq, gt, isNotNull, sql } from "drizzle-orm";
import { is } from "../../db/list.ts";
import { elasticities, pricingAnalysis } from "../../db/schema.ts";
import { type SimulatedRevenue, simulateRevenue } from "../../domain/analysis/revenue-simulation.ts";
import type { ServiceContext } from "../context.ts";

/** Products looked at: those that earn most. */
const PRODUCTS_MAX = 2_000;
const SHOWN = 50;

/** What is put to the test: the pending proposals, or the same change of every price (per cent). */
interface SimulationQuery {
  category?: string | undefined;
  recommendation?: "raise" | "lower" | undefined;
  changePct?: number | undefined;
}

interface SimulatedProduct extends SimulatedRevenue {
  sku: string;
  title: string;
  from: number;
  to: number;
  unitsPerDay: number;
  elasticity: { mean: number; ci95: readonly [number, number]; identified: boolean } | null;
}

/** Revenue a day before and after, product by product and together. Money in minor units. */
export interface Simulation {
  products: number;
  totals: SimulatedRevenue;
  items: SimulatedProduct[];
}

/**
 * What price changes would do to revenue, by the fixed elasticity and by what was learned. The interval of the total
 * takes the products' errors as independent of each other.
 */
export async function simulate(
  ctx: ServiceContext,
  query: SimulationQuery,
  currency: string,
): Promise<Simulation> {
  const rows = await readCandidates(ctx, query, currency);
  const items = rows.flatMap(({ sku, title, price, proposedPrice, unitsPerDay, mean, identified, ci95 }) => {
    const to =
      query.changePct === undefined ? proposedPrice : Math.round(price * (1 + query.changePct / 100));
    if (to === null || to === price || to <= 0 || unitsPerDay === null) return [];
    const elasticity =
      mean === null || ci95 === null
        ? null
        : { mean, ci95: JSON.parse(ci95) as [number, number], identified: identified ?? false };
    const change = { from: price, to, unitsPerDay, elasticity };
    return [{ sku, title, ...change, ...simulateRevenue(change) }];
  });
  const gain = ({ mean, before }: SimulatedRevenue) => Math.abs(mean - before);
  return {
    products: items.length,
    totals: totalOf(items),
    items: [...items].sort((a, b) => gain(b) - gain(a)).slice(0, SHOWN),
  };
}

async function readCandidates({ db }: ServiceContext, query: SimulationQuery, currency: string) {
  const { category, recommendation, changePct } = query;
  const isProposed = changePct === undefined ? isNotNull(pricingAnalysis.proposedPrice) : undefined;
  return db
    .select({
      sku: pricingAnalysis.sku,
      title: pricingAnalysis.title,
      price: pricingAnalysis.price,
      proposedPrice: pricingAnalysis.proposedPrice,
      unitsPerDay: pricingAnalysis.unitsPerDay,
      mean: elasticities.mean,
      identified: elasticities.identified,
      ci95: sql<string | null>`json_extract(${elasticities.report}, '$.ci95')`,
    })
    .from(pricingAnalysis)
    .leftJoin(elasticities, eq(elasticities.sku, pricingAnalysis.sku))
    .where(
      and(
        eq(pricingAnalysis.currency, currency),
        gt(pricingAnalysis.unitsPerDay, 0),
        is(pricingAnalysis.category, category),
        is(pricingAnalysis.recommendation, recommendation),
        isProposed,
      ),
    )
    .orderBy(desc(sql`${pricingAnalysis.unitsPerDay} * ${pricingAnalysis.price}`), pricingAnalysis.sku)
    .limit(PRODUCTS_MAX);
}

function totalOf(items: readonly SimulatedRevenue[]): SimulatedRevenue {
  const sum = (value: (one: SimulatedRevenue) => number) =>
    items.reduce((total, one) => total + value(one), 0);
  const mean = sum((one) => one.mean);
  return {
    ...{ before: sum(({ before }) => before), fixed: sum(({ fixed }) => fixed), mean },
    low: mean - Math.sqrt(sum((one) => (one.mean - one.low) ** 2)),
    high: mean + Math.sqrt(sum((one) => (one.high - one.mean) ** 2)),
  };
}
