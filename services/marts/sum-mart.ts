import { and, between, getViewSelectedFields, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { is } from "../../db/list.ts";
import type { ServiceContext } from "../context.ts";
import { DAY_TABLES, type DayTables, type MartQuery } from "./read-mart.ts";

type Row<Name extends keyof DayTables> = DayTables[Name]["$inferSelect"];

/**
 * The rows of a mart added up by the database: one for each combination of the columns `by`, in their order. A page that
 * shows sums reads some hundred rows, however many categories, competitors and hours there are.
 *
 * @param sums the columns that are added up
 */
export async function sumMart<
  Name extends keyof DayTables,
  By extends keyof Row<Name> & string,
  Sum extends keyof Row<Name> & string,
>(
  { db }: Pick<ServiceContext, "db">,
  name: Name,
  { from, to, category }: MartQuery,
  { by, sums }: { by: readonly By[]; sums: readonly Sum[] },
  more: readonly (SQL | undefined)[] = [],
): Promise<Pick<Row<Name>, By | Sum>[]> {
  const table = DAY_TABLES[name] as DayTables["hourly-demand"];
  const columns = getViewSelectedFields(table) as unknown as Record<string, SQLiteColumn>;
  const groups = by.map((column) => columns[column]!);
  const rows = await db
    .select(
      Object.fromEntries([
        ...by.map((column) => [column, columns[column]!] as const),
        ...sums.map((column) => [column, sql<number>`SUM(${columns[column]})`] as const),
      ]),
    )
    .from(table)
    .where(and(between(table.day, from, to), is(table.category, category), ...more))
    .groupBy(...groups)
    .orderBy(...groups);
  return rows as unknown as Pick<Row<Name>, By | Sum>[];
}
