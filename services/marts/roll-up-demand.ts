import { and, asc, eq, gt } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { dailyDemand, demandDays, hourlyDemand, products } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { addSkuDay, type DayDemand, emptyDayDemand } from "../../domain/analysis/day-demand.ts";
import { COUNTED, type Counted, type Counters } from "../../domain/shard/demand/counters.ts";
import type { ServiceContext } from "../context.ts";
import { noteRolledDays } from "./mart-days.ts";
import { replaceParts } from "./parts.ts";

const ROWS_PER_READ = 8_000;
const PRODUCTS_MIN = 20;

/** Rolls up what was sold on these days, whole: a late or a corrected row is in them like every other. */
export async function rollUpDemand(
  ctx: ServiceContext,
  days: readonly string[],
  currency: string,
): Promise<void> {
  const sums = new Map(days.map((day) => [day, emptyDayDemand()]));
  const size = Math.max(PRODUCTS_MIN, Math.floor(ROWS_PER_READ / days.length));
  let after = "";
  while (true) {
    const page = await readPage(ctx, days, after, size);
    for (const { day, ...row } of page.rows) addSkuDay(sums.get(day)!, row, currency);
    if (page.last === null) break;
    after = page.last;
  }
  for (const [day, sum] of sums) await commitBatch(ctx.d1, dayStatements(ctx, day, sum));
}

async function readPage({ db }: ServiceContext, days: readonly string[], after: string, size: number) {
  const page = await db
    .select({ sku: products.sku })
    .from(products)
    .where(gt(products.sku, after))
    .orderBy(asc(products.sku))
    .limit(size);
  const rows = await db
    .select({
      category: products.category,
      currency: products.currency,
      day: demandDays.day,
      units: demandDays.units,
      revenue: demandDays.revenue,
      views: demandDays.views,
      carts: demandDays.carts,
      behaviour: demandDays.behaviour,
    })
    .from(products)
    .innerJoin(demandDays, and(eq(demandDays.sku, products.sku), isAmong(demandDays.day, days)))
    .where(
      isAmong(
        products.sku,
        page.map(({ sku }) => sku),
      ),
    );
  return { rows, last: page.length < size ? null : page.at(-1)!.sku };
}

function dayStatements(ctx: ServiceContext, day: string, { totals, hours, source }: DayDemand) {
  const byCategory = [...totals].map(([category, sums]) => ({ day, category, ...sums }));
  const byHour = [...hours].flatMap(([category, counted]) =>
    [...counted].map(([hour, counters]) => ({ day, category, hour, ...countsOf(counters) })),
  );
  return [
    ...replaceParts(ctx, { mart: "daily_demand", day }, dailyDemand, byCategory),
    // what shoppers do without a product comes from their sessions
    ...replaceParts(ctx, { mart: "hourly_demand", day }, hourlyDemand, byHour),
    ...noteRolledDays(ctx, [
      { mart: "daily_demand", day, source, rows: byCategory.length },
      { mart: "hourly_demand", day, source, rows: byHour.length },
    ]),
  ];
}

/** Counters by their names. */
export function countsOf(counters: Counters): Record<Counted, number> {
  return Object.fromEntries(COUNTED.map((name, i) => [name, counters[i]!])) as Record<Counted, number>;
}
