import { and, asc, count, eq, getViewSelectedFields, gt, ne, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { is } from "../../db/list.ts";
import { hourlyDemand, pricingAnalysis, productPerformance } from "../../db/schema.ts";
import { MARKET_PLACES, type MarketPlace } from "../../domain/analysis/price-position.ts";
import { dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";
import { sumMart } from "../marts/sum-mart.ts";

const RISKS_SHOWN = 15;

interface DemandSignalQuery {
  from: string;
  to: string;
  category?: string | undefined;
}

/** Counts of events, with what came of them. */
interface Engagement {
  views: number;
  searches: number;
  carts: number;
  purchases: number;
}

const ENGAGEMENT = ["views", "searches", "carts", "purchases"] as const satisfies (keyof Engagement)[];

/** Signals that opened, and those of high priority among them. */
interface Opened {
  opened: number;
  urgent: number;
}

/** Demand beside the signals of the same days. */
export interface DemandSignals {
  from: string;
  to: string;
  days: ({ day: string; opened: number; urgent: number } & Engagement)[];
  types: { type: string; opened: number; urgent: number; resolved: number }[];
  /** with the same number of days before */
  categories: ({ category: string; opened: number; before: Engagement } & Engagement)[];
}

/** Reads what shoppers did beside the signals that opened. */
export async function readDemandSignals(
  ctx: ServiceContext,
  query: DemandSignalQuery,
): Promise<DemandSignals> {
  const { from, to, category } = query;
  const first = dayNumber(from);
  const length = dayNumber(to) - first + 1;
  const before = { from: dayOfNumber(first - length), to: dayOfNumber(first - 1), category };
  // what shoppers do without a product belongs to no signal
  const ofProducts = [ne(hourlyDemand.category, "")];
  const engagement = <By extends "day" | "category">(span: DemandSignalQuery, by: By) =>
    sumMart(ctx, "hourly-demand", span, { by: [by], sums: ENGAGEMENT }, ofProducts);
  const opened = <By extends "day" | "type" | "category">(by: By) =>
    sumMart(ctx, "daily-signals", query, { by: [by], sums: ["opened", "urgent", "resolved"] });
  const [days, categories, earlier, signalDays, types, signalCategories] = await Promise.all([
    engagement(query, "day"),
    engagement(query, "category"),
    engagement(before, "category"),
    opened("day"),
    opened("type"),
    opened("category"),
  ]);
  const byDay = new Map(days.map((row) => [row.day, row]));
  const signalsOfDay = new Map(signalDays.map((row) => [row.day, row]));
  const byCategory = new Map(categories.map((row) => [row.category, row]));
  const earlierOf = new Map(earlier.map((row) => [row.category, row]));
  const signalsOf = new Map(signalCategories.map((row) => [row.category, row]));
  const names = [...new Set([...byCategory.keys(), ...signalsOf.keys()])].filter((name) => name !== "");
  return {
    ...{ from, to },
    days: Array.from({ length: Math.max(0, length) }, (_, i) => {
      const day = dayOfNumber(first + i);
      return { day, ...openedOf(signalsOfDay.get(day)), ...engagementOf(byDay.get(day)) };
    }),
    types: types.sort((a, b) => b.opened - a.opened),
    categories: names.sort().map((name) => ({
      category: name,
      opened: openedOf(signalsOf.get(name)).opened,
      ...engagementOf(byCategory.get(name)),
      before: engagementOf(earlierOf.get(name)),
    })),
  };
}

function engagementOf(row: Engagement | undefined): Engagement {
  return {
    views: row?.views ?? 0,
    searches: row?.searches ?? 0,
    carts: row?.carts ?? 0,
    purchases: row?.purchases ?? 0,
  };
}

function openedOf(row: Opened | undefined): Opened {
  return { opened: row?.opened ?? 0, urgent: row?.urgent ?? 0 };
}

/** How demand of the last 28 days is where a competitor is cheaper, where nobody is, and where none can be compared. */
export async function readPositionDemand({ db }: ServiceContext, category: string | undefined) {
  const { gapPct } = pricingAnalysis;
  const { views, carts, units, priorUnits } = productPerformance;
  const sum = (column: SQLiteColumn) => sql<number>`SUM(${column})`;
  const position = sql<MarketPlace>`CASE WHEN ${gapPct} > 0 THEN 'competitor_cheaper'
    WHEN ${gapPct} IS NULL THEN 'unknown' ELSE 'we_cheapest' END`;
  const rows = await db
    .select({
      ...{ position, products: count(), views: sum(views), carts: sum(carts) },
      ...{ units: sum(units), priorUnits: sum(priorUnits) },
    })
    .from(productPerformance)
    .innerJoin(pricingAnalysis, eq(pricingAnalysis.sku, productPerformance.sku))
    .where(is(productPerformance.category, category))
    .groupBy(sql`1`);
  return rows.sort((a, b) => MARKET_PLACES.indexOf(a.position) - MARKET_PLACES.indexOf(b.position));
}

/** Products that a competitor undercuts and whose revenue fell most, those that lost most first. */
export async function readRisks({ db }: ServiceContext, category: string | undefined) {
  const lost = sql<number>`${productPerformance.revenue} - ${productPerformance.priorRevenue}`;
  return db
    .select({
      performance: getViewSelectedFields(productPerformance),
      pricing: getViewSelectedFields(pricingAnalysis),
    })
    .from(productPerformance)
    .innerJoin(pricingAnalysis, eq(pricingAnalysis.sku, productPerformance.sku))
    .where(and(gt(pricingAnalysis.gapPct, 0), sql`${lost} < 0`, is(productPerformance.category, category)))
    .orderBy(asc(lost), asc(productPerformance.sku))
    .limit(RISKS_SHOWN);
}
