import { sql } from "drizzle-orm";
import { prepare } from "../../db/write.ts";
import type { DaySpan } from "../../domain/runs/past-demand.ts";
import type { StoredDay } from "../../domain/runs/snapshot.ts";
import type { ServiceContext } from "../context.ts";

/**
 * The SKUs' days of demand that the database has, in order. Of a SKU without any in the span, the newest day before it: how
 * old its demand is. Read as D1 answers them: a night reads millions of these rows.
 */
export async function readDemand(
  { d1 }: Pick<ServiceContext, "d1">,
  skus: readonly string[],
  { first, last }: DaySpan,
): Promise<Map<string, StoredDay[]>> {
  const list = JSON.stringify(skus);
  const columns = sql.raw(
    "d.sku, d.day, d.units, d.price, d.in_stock_share AS exposure, d.promo, d.views, d.carts, d.period, d.promotions",
  );
  const [older, recent] = await d1.batch<StoredDay>([
    prepare(
      d1,
      sql`SELECT ${columns} FROM json_each(${list}) j JOIN demand_days d ON d.sku = j.value
          AND d.day = (SELECT max(m.day) FROM demand_days m WHERE m.sku = j.value)
        WHERE d.day < ${first}`,
    ),
    prepare(
      d1,
      sql`SELECT ${columns} FROM demand_days d WHERE d.sku IN (SELECT value FROM json_each(${list}))
          AND d.day BETWEEN ${first} AND ${last} ORDER BY d.sku, d.day`,
    ),
  ]);
  return Map.groupBy([...older!.results, ...recent!.results], ({ sku }) => sku);
}
