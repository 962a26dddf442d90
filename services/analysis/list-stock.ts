import { and, count, eq, getViewSelectedFields, isNotNull, type SQL, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { listStock as listLevels } from "../../db/reads/shop.ts";
import { productPerformance, products, stock } from "../../db/schema.ts";
import {
  CRITICAL_HOURS,
  STOCK_LEVELS,
  type StockLevel,
  UNITS_PER_HOUR_MIN,
  WARNING_HOURS,
} from "../../domain/analysis/stock-cover.ts";
import type { ServiceContext } from "../context.ts";
import { readForecasts } from "../runs/learned-store.ts";

const NO_DEMAND_HOURS = 1e9;
const { unitsPerHour } = productPerformance;

/** Hours until the stock is sold; beyond every other where nothing sells. */
const COVER = sql<number>`CASE WHEN ${products.stock} <= 0 THEN 0
  WHEN ${unitsPerHour} < ${sql.raw(String(UNITS_PER_HOUR_MIN))} THEN ${sql.raw(String(NO_DEMAND_HOURS))}
  ELSE ${products.stock} / ${unitsPerHour} END`;

/** The same levels as `stockCover` gives. */
const LEVEL = sql<StockLevel>`CASE WHEN ${products.stock} <= 0 THEN 'Out of stock'
  WHEN ${COVER} >= ${sql.raw(String(NO_DEMAND_HOURS))} THEN 'No demand'
  WHEN ${COVER} < ${sql.raw(String(CRITICAL_HOURS))} THEN 'Critical'
  WHEN ${COVER} < ${sql.raw(String(WARNING_HOURS))} THEN 'Warning' ELSE 'Healthy' END`;

export const STOCK_LIST = {
  source: sql`${productPerformance} INNER JOIN ${products} ON ${products.sku} = ${productPerformance.sku}`,
  id: productPerformance.sku,
  sorts: {
    hours: COVER,
    stock: products.stock,
    sku: productPerformance.sku,
    unitsPerHour,
  },
  sort: "hours",
  search: [productPerformance.sku, productPerformance.title, productPerformance.brand],
  facets: { category: productPerformance.category, brand: productPerformance.brand },
} as const satisfies ListShape;

interface StockFilter {
  category?: string | undefined;
  level?: StockLevel | undefined;
  warehouse?: string | undefined;
}

const IS_TRACKED = and(isNotNull(products.stock), eq(products.status, "active"));

/** One page of the products whose stock is known, those that sell out first. */
export async function listStock(ctx: ServiceContext, query: ListQuery, filter: StockFilter) {
  const { db } = ctx;
  const { category, level, warehouse } = filter;
  const lies =
    warehouse === undefined
      ? undefined
      : sql`EXISTS (SELECT 1 FROM ${stock} WHERE ${stock.sku} = ${productPerformance.sku}
          AND ${stock.warehouse} = ${warehouse})`;
  const ofLevel: SQL | undefined = level === undefined ? undefined : sql`${LEVEL} = ${level}`;
  const filters = [IS_TRACKED, is(productPerformance.category, category), ofLevel, lies];
  const page = await readPage(db, STOCK_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({
          row: getViewSelectedFields(productPerformance),
          stock: sql<number>`${products.stock}`,
          quantityUnit: products.quantityUnit,
          ...place,
        })
        .from(productPerformance)
        .innerJoin(products, eq(products.sku, productPerformance.sku))
        .$dynamic(),
    ),
  );
  const skus = page.rows.map(({ row }) => row.sku);
  if (skus.length === 0) return { ...page, rows: [] };
  const levels = await db.select().from(stock).where(isAmong(stock.sku, skus));
  const bySku = Map.groupBy(levels, ({ sku }) => sku);
  const forecastHours = await readStockouts(ctx, skus);
  const rows = page.rows.map((one) => ({
    ...one,
    warehouses: bySku.get(one.row.sku) ?? [],
    forecastHours: forecastHours.get(one.row.sku) ?? null,
  }));
  return { ...page, rows };
}

/** Hours until the stock is sold at even odds, by the newest forecasts; null = beyond 180 days. */
async function readStockouts(
  ctx: ServiceContext,
  skus: readonly string[],
): Promise<Map<string, number | null>> {
  const found = await readForecasts(ctx, skus);
  return new Map([...found].map(([sku, { forecast }]) => [sku, forecast.demand?.stockout?.p50 ?? null]));
}

/** How many products are at each level, and what lies in each warehouse of each category. */
export async function summariseStock({ db }: ServiceContext) {
  const [levels, warehouses] = await Promise.all([
    db
      .select({ level: LEVEL, products: count() })
      .from(productPerformance)
      .innerJoin(products, eq(products.sku, productPerformance.sku))
      .where(IS_TRACKED)
      .groupBy(LEVEL),
    db
      .select({
        warehouse: stock.warehouse,
        category: products.category,
        units: sql<number>`SUM(${stock.units})`,
        products: count(),
        empty: sql<number>`COUNT(*) FILTER (WHERE ${stock.units} <= 0)`,
      })
      .from(stock)
      .innerJoin(products, eq(products.sku, stock.sku))
      .groupBy(stock.warehouse, products.category)
      .orderBy(stock.warehouse, products.category),
  ]);
  const counted = new Map(levels.map((one) => [one.level, one.products]));
  return { levels: STOCK_LEVELS.map((level) => ({ level, products: counted.get(level) ?? 0 })), warehouses };
}

const WEEK_DAYS = 7;

/** What lies of a product in each warehouse, and how much of it the newest forecast expects to sell an hour. */
export async function readProductStock(ctx: ServiceContext, sku: string) {
  const [levels, forecasts] = await Promise.all([listLevels(ctx.db, sku), readForecasts(ctx, [sku])]);
  const { mean } = forecasts.get(sku)?.forecast.demand?.daily ?? { mean: [] };
  const week = mean.slice(0, WEEK_DAYS);
  const unitsPerDay = week.length === 0 ? 0 : week.reduce((sum, units) => sum + units, 0) / week.length;
  return { levels, unitsPerHour: unitsPerDay / 24 };
}
