import { and, count, eq, max, min, sql } from "drizzle-orm";
import { is } from "../../db/list.ts";
import { elasticities, products } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";

const BINS = 40;

interface Bin {
  from: number;
  to: number;
  products: number;
  identified: number;
}

/** What is believed of the elasticities of the catalogue. */
export interface ElasticityAnalysis {
  /** ms; null = nothing was learned yet */
  asOf: number | null;
  products: number;
  identified: number;
  mean: number | null;
  sensitivity: { high: number; medium: number; low: number };
  labels: { label: string; products: number }[];
  histogram: Bin[];
  categories: {
    category: string;
    products: number;
    identified: number;
    mean: number;
    min: number;
    max: number;
  }[];
}

/** Counts the elasticities of the catalogue or of a part of it. */
export async function readElasticityAnalysis(
  { db }: ServiceContext,
  filter: { category?: string | undefined; brand?: string | undefined },
): Promise<ElasticityAnalysis> {
  const wanted = and(is(products.category, filter.category), is(products.brand, filter.brand));
  const own = sql<number>`COUNT(*) FILTER (WHERE ${elasticities.identified})`;
  const average = sql<number>`AVG(${elasticities.mean})`;
  const bySensitivity = (level: string) =>
    sql<number>`COUNT(*) FILTER (WHERE ${products.sensitivity} = ${level})`;
  const [[all], labels, categories] = await Promise.all([
    db
      .select({
        asOf: max(elasticities.asOf),
        ...{ products: count(), identified: own, mean: average },
        ...{ high: bySensitivity("high"), medium: bySensitivity("medium"), low: bySensitivity("low") },
        ...{ least: min(elasticities.mean), most: max(elasticities.mean) },
      })
      .from(elasticities)
      .innerJoin(products, eq(products.sku, elasticities.sku))
      .where(wanted),
    db
      .select({ label: elasticities.label, products: count() })
      .from(elasticities)
      .innerJoin(products, eq(products.sku, elasticities.sku))
      .where(wanted)
      .groupBy(elasticities.label)
      .orderBy(elasticities.label),
    db
      .select({
        ...{ category: products.category, products: count(), identified: own, mean: average },
        min: sql<number>`MIN(${elasticities.mean})`,
        max: sql<number>`MAX(${elasticities.mean})`,
      })
      .from(elasticities)
      .innerJoin(products, eq(products.sku, elasticities.sku))
      .where(wanted)
      .groupBy(products.category)
      .orderBy(average),
  ]);
  const { least, most, high, medium, low, asOf, identified, mean, products: size } = all!;
  const histogram = least === null || most === null ? [] : await readHistogram(db, wanted, least, most);
  return {
    asOf,
    products: size,
    identified,
    mean,
    sensitivity: { high, medium, low },
    labels,
    histogram,
    categories,
  };
}

/** Forty classes of equal width from the least to the greatest. */
async function readHistogram(
  db: ServiceContext["db"],
  wanted: ReturnType<typeof and>,
  least: number,
  most: number,
): Promise<Bin[]> {
  const width = (most - least) / BINS || 1 / BINS;
  const bin = sql<number>`MIN(${BINS - 1}, CAST((${elasticities.mean} - ${least}) / ${width} AS INTEGER))`;
  const rows = await db
    .select({
      bin,
      products: count(),
      identified: sql<number>`COUNT(*) FILTER (WHERE ${elasticities.identified})`,
    })
    .from(elasticities)
    .innerJoin(products, eq(products.sku, elasticities.sku))
    .where(wanted)
    .groupBy(sql`1`);
  const counted = new Map(rows.map((row) => [row.bin, row]));
  return Array.from({ length: BINS }, (_, i) => ({
    from: least + i * width,
    to: least + (i + 1) * width,
    products: counted.get(i)?.products ?? 0,
    identified: counted.get(i)?.identified ?? 0,
  }));
}
