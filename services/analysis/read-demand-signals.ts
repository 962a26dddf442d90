import { and, asc, eq, getViewSelectedFields, gt, sql } from "drizzle-orm";
import { is } from "../../db/list.ts";
import { pricingAnalysis, productPerformance } from "../../db/schema.ts";
import { dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";
import { readMart } from "../marts/read-mart.ts";

const RISKS_SHOWN = 15;

interface DemandSignalQuery {
  from: string;
  to: string;
  category?: string | undefined;
}

type HourRow = Awaited<ReturnType<typeof readMart<"hourly-demand">>>[number];
type SignalRow = Awaited<ReturnType<typeof readMart<"daily-signals">>>[number];

/** Counts of events, with what came of them. */
interface Engagement {
  views: number;
  searches: number;
  carts: number;
  purchases: number;
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
  const [hours, earlier, signals] = await Promise.all([
    readMart(ctx, "hourly-demand", query),
    readMart(ctx, "hourly-demand", before),
    readMart(ctx, "daily-signals", query),
  ]);
  // what shoppers do without a product belongs to no signal
  const ofProducts = hours.filter((row) => row.category !== "");
  const byDay = Map.groupBy(ofProducts, ({ day }) => day);
  const signalsOfDay = Map.groupBy(signals, ({ day }) => day);
  const byCategory = Map.groupBy(hours, (row) => row.category);
  const earlierOf = Map.groupBy(earlier, (row) => row.category);
  const signalsOf = Map.groupBy(signals, (row) => row.category);
  const names = [...new Set([...byCategory.keys(), ...signalsOf.keys()])]
    .filter((name) => name !== "")
    .sort();
  return {
    ...{ from, to },
    days: Array.from({ length: Math.max(0, length) }, (_, i) => {
      const day = dayOfNumber(first + i);
      return { day, ...signalSums(signalsOfDay.get(day) ?? []), ...engagementOf(byDay.get(day) ?? []) };
    }),
    types: [...Map.groupBy(signals, ({ type }) => type)]
      .map(([type, rows]) => ({
        type,
        ...signalSums(rows),
        resolved: total(rows, ({ resolved }) => resolved),
      }))
      .sort((a, b) => b.opened - a.opened),
    categories: names.map((name) => ({
      category: name,
      opened: total(signalsOf.get(name) ?? [], ({ opened }) => opened),
      ...engagementOf(byCategory.get(name) ?? []),
      before: engagementOf(earlierOf.get(name) ?? []),
    })),
  };
}

function engagementOf(rows: readonly HourRow[]): Engagement {
  return {
    views: total(rows, ({ views }) => views),
    searches: total(rows, ({ searches }) => searches),
    carts: total(rows, ({ carts }) => carts),
    purchases: total(rows, ({ purchases }) => purchases),
  };
}

function signalSums(rows: readonly SignalRow[]): { opened: number; urgent: number } {
  return { opened: total(rows, ({ opened }) => opened), urgent: total(rows, ({ urgent }) => urgent) };
}

function total<T>(rows: readonly T[], value: (row: T) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0);
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
