import { and, asc, between, eq, gt, notInArray, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { demandDays, pricingAnalysis, productPerformance, products, proposals } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { analysePrice } from "../../domain/analysis/price-position.ts";
import { dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import type { SignalSettings } from "../../domain/settings/signals.ts";
import type { ServiceContext } from "../context.ts";
import { marketProducts, type PricedProduct } from "../market/market-products.ts";
import { noteRolledDays } from "./mart-days.ts";
import { upsertChanged } from "./replace-rows.ts";

/** Days that a product is looked at over, and as many before them to compare with. */
const WINDOW_DAYS = 28;
const PRODUCTS_PER_READ = 1_000;
const HOURS_PER_DAY = 24;

/** Rolls up how every product did over the last 28 days that are over. `today`: civil day. */
export async function rollUpPerformance(ctx: ServiceContext, today: string): Promise<void> {
  const last = dayNumber(today) - 1;
  const days = {
    first: dayOfNumber(last - 2 * WINDOW_DAYS + 1),
    middle: dayOfNumber(last - WINDOW_DAYS),
    last: dayOfNumber(last),
  };
  let after = "";
  let rows = 0;
  while (true) {
    const page = await readPerformance(ctx, days, after);
    if (page.length === 0) break;
    await commitBatch(
      ctx.d1,
      upsertChanged(
        ctx.d1,
        productPerformance,
        page.map((row) => performanceOf(row, days.last)),
      ),
    );
    rows += page.length;
    const end = page.at(-1);
    if (page.length < PRODUCTS_PER_READ || !end) break;
    after = end.sku;
  }
  await commitBatch(
    ctx.d1,
    noteRolledDays(ctx, [{ mart: "product_performance", day: today, source: rows, rows }]),
  );
}

async function readPerformance(
  { db }: ServiceContext,
  { first, middle, last }: { first: string; middle: string; last: string },
  after: string,
) {
  const { units, revenue, views, carts, inStockShare, day } = demandDays;
  const recent = sql`FILTER (WHERE ${day} > ${middle})`;
  const prior = sql`FILTER (WHERE ${day} <= ${middle})`;
  const page = db
    .select({ sku: products.sku })
    .from(products)
    .where(gt(products.sku, after))
    .orderBy(asc(products.sku))
    .limit(PRODUCTS_PER_READ)
    .as("page");
  return db
    .select({
      sku: products.sku,
      category: products.category,
      brand: products.brand,
      title: products.title,
      currency: products.currency,
      days: sql<number>`COUNT(${day}) ${recent}`,
      inStockDays: sql<number>`COALESCE(SUM(COALESCE(${inStockShare}, 1)) ${recent}, 0)`,
      views: sql<number>`COALESCE(SUM(${views}) ${recent}, 0)`,
      carts: sql<number>`COALESCE(SUM(${carts}) ${recent}, 0)`,
      units: sql<number>`ROUND(COALESCE(SUM(${units}) ${recent}, 0), 3)`,
      squares: sql<number>`COALESCE(SUM(1.0 * ${units} * ${units}) ${recent}, 0)`,
      revenue: sql<number>`COALESCE(SUM(${revenue}) ${recent}, 0)`,
      priorUnits: sql<number>`ROUND(COALESCE(SUM(${units}) ${prior}, 0), 3)`,
      priorRevenue: sql<number>`COALESCE(SUM(${revenue}) ${prior}, 0)`,
    })
    .from(page)
    .innerJoin(products, eq(products.sku, page.sku))
    .leftJoin(demandDays, and(eq(demandDays.sku, products.sku), between(day, first, last)))
    .groupBy(products.sku)
    .orderBy(asc(products.sku));
}

type Read = Awaited<ReturnType<typeof readPerformance>>[number];

function performanceOf({ squares, ...row }: Read, day: string): typeof productPerformance.$inferInsert {
  const { units, revenue, views, days, inStockDays } = row;
  const mean = days > 0 ? units / days : 0;
  const variance = days > 0 ? Math.max(0, squares / days - mean * mean) : 0;
  return {
    ...row,
    day,
    avgSalePrice: units > 0 ? Math.round(revenue / units) : null,
    conversion: views > 0 ? units / views : null,
    variation: mean > 0 ? Math.sqrt(variance) / mean : null,
    unitsPerHour: inStockDays > 0 ? units / (inStockDays * HOURS_PER_DAY) : 0,
  };
}

/** Rolls up where every price on sale stands, and what is proposed for it. */
export async function rollUpPricing(
  ctx: ServiceContext,
  settings: SignalSettings,
  today: string,
): Promise<void> {
  let rows = 0;
  for await (const page of marketProducts(ctx, settings)) {
    if (page.length === 0) break;
    const pending = await readPending(ctx, page);
    const analysed = page.map((product) => pricingRow(product, pending.get(product.sku)));
    await commitBatch(ctx.d1, upsertChanged(ctx.d1, pricingAnalysis, analysed));
    rows += page.length;
  }
  const onSale = ctx.db.select({ sku: products.sku }).from(products).where(eq(products.status, "active"));
  await commitBatch(ctx.d1, [
    prepare(ctx.d1, ctx.db.delete(pricingAnalysis).where(notInArray(pricingAnalysis.sku, onSale))),
    ...noteRolledDays(ctx, [{ mart: "pricing_analysis", day: today, source: rows, rows }]),
  ]);
}

interface Pending {
  to: number;
  confidence: number;
}

async function readPending(
  { db }: ServiceContext,
  page: readonly PricedProduct[],
): Promise<Map<string, Pending>> {
  const { sku, to, confidence, status } = proposals;
  const skus = page.map((product) => product.sku);
  const rows = await db
    .select({ sku, to, confidence })
    .from(proposals)
    .where(and(eq(status, "pending"), isAmong(sku, skus)));
  return new Map(rows.map((row) => [row.sku, row]));
}

function pricingRow(
  product: PricedProduct,
  pending: Pending | undefined,
): typeof pricingAnalysis.$inferInsert {
  const { sku, title, category, brand, currency, price, unitsPerDay, offers } = product;
  const landed = offers.map(({ landedPrice }) => landedPrice);
  return {
    ...{ sku, title, category, brand, currency, price, unitsPerDay },
    ...analysePrice(price, landed, pending?.to ?? null),
    confidence: pending?.confidence ?? null,
  };
}
