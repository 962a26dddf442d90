import { sql } from "drizzle-orm";
import { prepare } from "../../db/write.ts";
import { dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import type { ShopDay } from "../../domain/evaluation/sku-days.ts";
import { spanDays } from "../../domain/learning/features/periods.ts";
import type { LongPeriod } from "../../domain/messages/rows.ts";
import type { ServiceContext } from "../context.ts";

/** SKUs of one query: a few thousand rows. */
const SKUS_PER_QUERY = 200;

/**
 * The SKUs' days of demand by SKU and in order: of the rows that begin between two day numbers, both included. What longer
 * rows sold is spread over their days.
 */
export async function readShopDays(
  { d1 }: Pick<ServiceContext, "d1">,
  skus: readonly string[],
  { first, last }: { first: number; last: number },
): Promise<Map<string, ShopDay[]>> {
  const daysOf = new Map<string, ShopDay[]>();
  for (let start = 0; start < skus.length; start += SKUS_PER_QUERY) {
    const list = JSON.stringify(skus.slice(start, start + SKUS_PER_QUERY));
    const { results } = await prepare(
      d1,
      sql`SELECT d.sku, d.day, d.units, d.price, d.in_stock_share AS exposure, d.period FROM demand_days d
        WHERE d.sku IN (SELECT value FROM json_each(${list}))
          AND d.day BETWEEN ${dayOfNumber(first)} AND ${dayOfNumber(last)} ORDER BY d.sku, d.day`,
    ).all<Omit<ShopDay, "day"> & { day: string; period: LongPeriod | null }>();
    for (const { day, period, ...row } of results) {
      const days = daysOf.get(row.sku) ?? [];
      const length = spanDays({ day, period });
      for (let k = 0; k < length; k++)
        days.push({ ...row, units: row.units / length, day: dayNumber(day) + k });
      daysOf.set(row.sku, days);
    }
  }
  return daysOf;
}
