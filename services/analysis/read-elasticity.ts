import { and, count, eq, max, sql } from "drizzle-orm";
import { is } from "../../db/list.ts";
import { type Course, readPooledCourse } from "../../db/reads/elasticities.ts";
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
  /** of the catalogue or of a category; a brand has none */
  course: Course["points"];
  /** of the whole catalogue, whatever part of it is asked for */
  pricesRight: Course["pricesRight"];
}

/** A run a night is kept for a quarter; some are of a part of the catalogue. */
const RUNS_MAX = 120;

/** Counts the elasticities of the catalogue or of a part of it. */
export async function readElasticityAnalysis(
  { db }: ServiceContext,
  filter: { category?: string | undefined; brand?: string | undefined },
): Promise<ElasticityAnalysis> {
  const wanted = and(is(products.category, filter.category), is(products.brand, filter.brand));
  const bySensitivity = (level: string) =>
    sql<number>`COUNT(*) FILTER (WHERE ${products.sensitivity} = ${level})`;
  // one pass over the catalogue; all else is sums of these groups
  const groups = await db
    .select({
      ...{ category: products.category, label: elasticities.label, products: count() },
      identified: IDENTIFIED,
      ...{ asOf: max(elasticities.asOf), sum: sql<number>`SUM(${elasticities.mean})` },
      ...{ min: sql<number>`MIN(${elasticities.mean})`, max: sql<number>`MAX(${elasticities.mean})` },
      ...{ high: bySensitivity("high"), medium: bySensitivity("medium"), low: bySensitivity("low") },
    })
    .from(elasticities)
    .innerJoin(products, eq(products.sku, elasticities.sku))
    .where(wanted)
    .groupBy(products.category, elasticities.label);
  const all = total(groups);
  const { points, pricesRight } = await readPooledCourse(db, filter.category, RUNS_MAX);
  const labels = [...Map.groupBy(groups, ({ label }) => label)].map(([label, those]) => ({
    label,
    products: total(those).products,
  }));
  const categories = [...Map.groupBy(groups, ({ category }) => category)].map(([category, those]) => {
    const { products: size, identified, sum, min, max } = total(those);
    return { category, products: size, identified, mean: sum / size, min, max };
  });
  return {
    asOf: groups.length === 0 ? null : Math.max(...groups.map(({ asOf }) => asOf ?? 0)),
    ...{ products: all.products, identified: all.identified },
    mean: groups.length === 0 ? null : all.sum / all.products,
    sensitivity: { high: all.high, medium: all.medium, low: all.low },
    labels: labels.sort((a, b) => (a.label < b.label ? -1 : 1)),
    histogram: groups.length === 0 ? [] : await readHistogram(db, wanted, all.min, all.max),
    categories: categories.sort((a, b) => a.mean - b.mean || (a.category < b.category ? -1 : 1)),
    course: filter.brand === undefined ? points : [],
    pricesRight,
  };
}

const IDENTIFIED = sql<number>`COUNT(*) FILTER (WHERE ${elasticities.identified})`;

type Counts = Record<"products" | "identified" | "sum" | "min" | "max" | "high" | "medium" | "low", number>;

function total(groups: readonly Counts[]): Counts {
  const sumOf = (name: keyof Counts) => groups.reduce((sum, group) => sum + group[name], 0);
  return {
    ...{ products: sumOf("products"), identified: sumOf("identified"), sum: sumOf("sum") },
    ...{ high: sumOf("high"), medium: sumOf("medium"), low: sumOf("low") },
    min: Math.min(...groups.map(({ min }) => min)),
    max: Math.max(...groups.map(({ max }) => max)),
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
    .select({ bin, products: count(), identified: IDENTIFIED })
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
