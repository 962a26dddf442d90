import { eq, gte, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { dailyForecasts, forecasts, products } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { dayNumber, dayOfNumber, dayStart } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";
import { noteRolledDays } from "./mart-days.ts";
import { replaceParts } from "./parts.ts";

/**
 * Keeps what the newest forecasts say of tomorrow, by category, so that it can be compared with what comes. Only forecasts
 * of today count: an older one was not made for tomorrow.
 */
export async function rollUpForecasts(ctx: ServiceContext, today: string, timeZone: string): Promise<void> {
  const sum = (column: SQLiteColumn) => sql<number>`SUM(COALESCE(${column}, 0))`;
  const rows = await ctx.db
    .select({
      category: products.category,
      products: sql<number>`COUNT(*)`,
      units: sum(forecasts.nextUnits),
      baseline: sum(forecasts.nextBaseline),
    })
    .from(forecasts)
    .innerJoin(products, eq(products.sku, forecasts.sku))
    .where(gte(forecasts.asOf, dayStart(today, timeZone)))
    .groupBy(products.category);
  if (rows.length === 0) return;
  const day = dayOfNumber(dayNumber(today) + 1);
  const source = rows.reduce((sum, row) => sum + row.products, 0);
  await commitBatch(ctx.d1, [
    ...replaceParts(
      ctx,
      { mart: "daily_forecasts", day },
      dailyForecasts,
      rows.map((row) => ({ day, ...row })),
    ),
    ...noteRolledDays(ctx, [{ mart: "daily_forecasts", day, source, rows: rows.length }]),
  ]);
}
