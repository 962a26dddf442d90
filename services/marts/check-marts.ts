import { getTableColumns, getViewSelectedFields, is, type SQL, sql, View } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import {
  customerScores,
  dailyDemand,
  dailyForecasts,
  dailyFunnel,
  dailyMovements,
  dailySessions,
  dailySignals,
  hourlyDemand,
  marketDays,
  pricingAnalysis,
  productPerformance,
  products,
} from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { SESSION_CLASSES } from "../../domain/analysis/sessions.ts";
import type { ServiceContext } from "../context.ts";
import type { MartName } from "./names.ts";

/** The view or table of each mart. */
const MART_TABLES = {
  daily_demand: dailyDemand,
  hourly_demand: hourlyDemand,
  daily_funnel: dailyFunnel,
  daily_sessions: dailySessions,
  daily_signals: dailySignals,
  daily_movements: dailyMovements,
  daily_forecasts: dailyForecasts,
  market_days: marketDays,
  customer_scores: customerScores,
  product_performance: productPerformance,
  pricing_analysis: pricingAnalysis,
} satisfies Record<MartName, View | SQLiteTable>;

/** Something that must hold of every row of a mart: how many rows break it, and the keys of some. */
export interface MartCheck {
  name: string;
  kind: "not_null" | "unique" | "accepted_values" | "relation" | "adds_up";
  failing: number;
  examples: string[];
}

const EXAMPLES_SHOWN = 5;

/** Counts the rows of a mart that break a rule. */
export async function checkMart({ d1 }: Pick<ServiceContext, "d1">, mart: MartName): Promise<MartCheck[]> {
  const table: View | SQLiteTable = MART_TABLES[mart];
  const key = KEYS[mart];
  const label = sql.join(
    key.map((column) => sql`${column}`),
    sql` || ' ' || `,
  );
  const rules = [...columnRules(table), uniqueRule(table, key), ...RULES[mart]];
  const answers = await d1.batch<{ key: string; total: number }>(
    rules.map(({ broken }) =>
      prepare(
        d1,
        sql`SELECT ${label} AS "key", COUNT(*) OVER () AS total FROM ${table} WHERE ${broken} LIMIT ${EXAMPLES_SHOWN}`,
      ),
    ),
  );
  return rules.map(({ name, kind }, i) => {
    const rows = answers[i]!.results;
    return { name, kind, failing: rows[0]?.total ?? 0, examples: rows.map((row) => row.key) };
  });
}

interface Rule {
  name: string;
  kind: MartCheck["kind"];
  /** true for a row that breaks it */
  broken: SQL;
}

/** What tells the rows of a mart apart. */
const KEYS: Record<MartName, SQLiteColumn[]> = {
  daily_demand: [dailyDemand.day, dailyDemand.category],
  hourly_demand: [hourlyDemand.day, hourlyDemand.category, hourlyDemand.hour],
  daily_funnel: [dailyFunnel.day, dailyFunnel.category, dailyFunnel.device],
  daily_sessions: [
    dailySessions.day,
    dailySessions.device,
    dailySessions.converted,
    dailySessions.eventsFrom,
  ],
  daily_signals: [dailySignals.day, dailySignals.type, dailySignals.competitor, dailySignals.category],
  daily_movements: [
    ...[dailyMovements.day, dailyMovements.competitor, dailyMovements.category, dailyMovements.hour],
  ],
  daily_forecasts: [dailyForecasts.day, dailyForecasts.category],
  market_days: [marketDays.day, marketDays.dimension, marketDays.key],
  customer_scores: [
    ...[customerScores.day, customerScores.recency, customerScores.frequency, customerScores.monetary],
  ],
  product_performance: [productPerformance.sku],
  pricing_analysis: [pricingAnalysis.sku],
};

function columnsOf(table: View | SQLiteTable): SQLiteColumn[] {
  const columns = is(table, View) ? getViewSelectedFields(table) : getTableColumns(table);
  return Object.values(columns) as SQLiteColumn[];
}

/** What the schema says of each column: its values, and that it has one. */
function columnRules(table: View | SQLiteTable): Rule[] {
  return columnsOf(table).flatMap((column): Rule[] => {
    const values = column.enumValues ?? [];
    return [
      ...(column.notNull
        ? [{ name: column.name, kind: "not_null" as const, broken: sql`${column} IS NULL` }]
        : []),
      ...(values.length > 0 ? [accepted(column, values)] : []),
    ];
  });
}

function accepted(column: SQLiteColumn, values: readonly (string | number)[]): Rule {
  const listed = sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  );
  return { name: column.name, kind: "accepted_values", broken: sql`${column} NOT IN (${listed})` };
}

function uniqueRule(table: View | SQLiteTable, key: readonly SQLiteColumn[]): Rule {
  const columns = sql.join(
    key.map((column) => sql.identifier(column.name)),
    sql`, `,
  );
  const broken = sql`(${columns}) IN (SELECT ${columns} FROM ${table} GROUP BY ${columns} HAVING COUNT(*) > 1)`;
  return { name: key.map(({ name }) => name).join(", "), kind: "unique", broken };
}

function negative(...columns: SQLiteColumn[]): Rule {
  const broken = sql.join(
    columns.map((column) => sql`${column} < 0`),
    sql` OR `,
  );
  return {
    name: `no negative ${columns.map(({ name }) => name).join(", ")}`,
    kind: "accepted_values",
    broken,
  };
}

function isProduct(column: SQLiteColumn): Rule {
  const broken = sql`NOT EXISTS (SELECT 1 FROM ${products} WHERE ${products.sku} = ${column})`;
  return { name: `${column.name} is a product`, kind: "relation", broken };
}

/** A part is never more than its whole. */
function atMost(part: SQLiteColumn, whole: SQLiteColumn): Rule {
  return { name: `${part.name} within ${whole.name}`, kind: "adds_up", broken: sql`${part} > ${whole}` };
}

function isDay(column: SQLiteColumn): Rule {
  const broken = sql`${column} IS NOT date(${column})`;
  return { name: `${column.name} is a civil day`, kind: "accepted_values", broken };
}

const HOURS = Array.from({ length: 25 }, (_, hour) => hour);
const SCORES = [1, 2, 3, 4, 5];

/** What must hold of a mart beyond its columns. */
const RULES: Record<MartName, Rule[]> = {
  daily_demand: [
    isDay(dailyDemand.day),
    negative(dailyDemand.units, dailyDemand.revenue, dailyDemand.views, dailyDemand.carts),
    atMost(dailyDemand.sellers, dailyDemand.products),
  ],
  hourly_demand: [
    isDay(hourlyDemand.day),
    accepted(hourlyDemand.hour, HOURS),
    negative(hourlyDemand.views, hourlyDemand.units, hourlyDemand.revenue),
    atMost(hourlyDemand.purchases, hourlyDemand.units),
  ],
  daily_funnel: [
    isDay(dailyFunnel.day),
    atMost(dailyFunnel.shopPageViews, dailyFunnel.pageViews),
    atMost(dailyFunnel.productViewSessions, dailyFunnel.productViews),
    atMost(dailyFunnel.cartAfterView, dailyFunnel.cartSessions),
    atMost(dailyFunnel.purchaseAfterCart, dailyFunnel.cartAfterView),
  ],
  daily_sessions: [
    isDay(dailySessions.day),
    accepted(dailySessions.eventsFrom, SESSION_CLASSES),
    atMost(dailySessions.sessions, dailySessions.events),
    atMost(dailySessions.sessions, dailySessions.eventTypes),
  ],
  daily_signals: [
    isDay(dailySignals.day),
    atMost(dailySignals.urgent, dailySignals.opened),
    atMost(dailySignals.resolved, dailySignals.opened),
  ],
  daily_movements: [
    isDay(dailyMovements.day),
    accepted(dailyMovements.hour, HOURS),
    negative(dailyMovements.up, dailyMovements.down, dailyMovements.absoluteChange),
  ],
  daily_forecasts: [isDay(dailyForecasts.day), negative(dailyForecasts.units, dailyForecasts.baseline)],
  market_days: [isDay(marketDays.day)],
  customer_scores: [
    isDay(customerScores.day),
    accepted(customerScores.recency, SCORES),
    accepted(customerScores.frequency, SCORES),
    accepted(customerScores.monetary, SCORES),
    atMost(customerScores.customers, customerScores.orders),
  ],
  product_performance: [
    isProduct(productPerformance.sku),
    negative(productPerformance.units, productPerformance.revenue),
  ],
  pricing_analysis: [
    isProduct(pricingAnalysis.sku),
    negative(pricingAnalysis.price, pricingAnalysis.competitors),
    atMost(pricingAnalysis.minCompetitor, pricingAnalysis.maxCompetitor),
  ],
};
