import { and, asc, between, eq, getViewSelectedFields, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { is } from "../../db/list.ts";
import { dailyMovements, priceDirections, priceMovers, products } from "../../db/schema.ts";
import type { MoverKind } from "../../domain/analysis/movement-days.ts";
import { type HeatCell, weekHeat } from "../../domain/analysis/week-heat.ts";
import { dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";

/** The prices that moved most over the last day or week, the greatest first. */
export async function readMovers({ db }: ServiceContext, days: number, kind: MoverKind) {
  return db
    .select({ mover: getViewSelectedFields(priceMovers), title: products.title, category: products.category })
    .from(priceMovers)
    .leftJoin(products, eq(products.sku, priceMovers.sku))
    .where(and(eq(priceMovers.days, days), eq(priceMovers.kind, kind)))
    .orderBy(asc(priceMovers.rank));
}

/** How many of each competitor's prices rose and fell over the last day or week. */
export async function readDirections({ db }: ServiceContext, days: number) {
  return db
    .select()
    .from(priceDirections)
    .where(eq(priceDirections.days, days))
    .orderBy(asc(priceDirections.competitor));
}

/** How restless competitors' prices were. */
export interface Volatility {
  days: {
    competitor: string;
    day: string;
    up: number;
    down: number;
    meanAbsoluteChange: number;
    meanChange: number;
  }[];
  heat: HeatCell[];
}

interface VolatilityQuery {
  from: string;
  to: string;
  category?: string | undefined;
  competitor?: string | undefined;
}

/** Reads the price movements of a span of days by competitor and day, and by the hour of the week. */
export async function readVolatility({ db }: ServiceContext, query: VolatilityQuery): Promise<Volatility> {
  const { from, to, category, competitor } = query;
  const wanted = and(
    between(dailyMovements.day, from, to),
    is(dailyMovements.category, category),
    is(dailyMovements.competitor, competitor),
  );
  const sum = (column: SQLiteColumn) => sql<number>`SUM(${column})`;
  const { up, down } = dailyMovements;
  const [rows, hours] = await Promise.all([
    db
      .select({
        ...{ competitor: dailyMovements.competitor, day: dailyMovements.day, up: sum(up), down: sum(down) },
        change: sum(dailyMovements.change),
        absolute: sum(dailyMovements.absoluteChange),
      })
      .from(dailyMovements)
      .where(wanted)
      .groupBy(dailyMovements.competitor, dailyMovements.day)
      .orderBy(dailyMovements.competitor, dailyMovements.day),
    db
      .select({
        day: dailyMovements.day,
        hour: dailyMovements.hour,
        count: sql<number>`SUM(${up} + ${down})`,
      })
      .from(dailyMovements)
      .where(wanted)
      .groupBy(dailyMovements.day, dailyMovements.hour),
  ]);
  const first = dayNumber(from);
  const span = Array.from({ length: Math.max(0, dayNumber(to) - first + 1) }, (_, i) =>
    dayOfNumber(first + i),
  );
  return {
    days: rows.map(({ change, absolute, ...row }) => ({
      ...row,
      meanAbsoluteChange: absolute / (row.up + row.down),
      meanChange: change / (row.up + row.down),
    })),
    heat: weekHeat(hours, span),
  };
}
