import { sql } from "drizzle-orm";
import { prepare } from "../../db/write.ts";
import { dayNames, dayNumber } from "../../domain/base/time.ts";
import type { DaySpan } from "../../domain/runs/past-demand.ts";
import type { StoredDay } from "../../domain/runs/snapshot.ts";
import type { ServiceContext } from "../context.ts";

/**
 * A SKU's days as lists of JSON, one of each column; null where no day has a value. `day` is null where no day is missing
 * from the first to the last.
 */
type PackedDays = { sku: string; first: string } & { [name in keyof Omit<StoredDay, "sku">]: string | null };

const IS_WITHOUT_GAP = "julianday(max(d.day)) - julianday(min(d.day)) = count(*) - 1";
const LISTS = sql.raw(
  [
    `min(d.day) AS first, iif(${IS_WITHOUT_GAP}, NULL, json_group_array(d.day)) AS day`,
    ...["units", "price", "promo"].map((name) => `json_group_array(d.${name}) AS ${name}`),
    "json_group_array(d.in_stock_share) AS exposure",
    ...["views", "carts", "period", "promotions"].map(
      (name) => `iif(count(d.${name}) > 0, json_group_array(d.${name}), NULL) AS ${name}`,
    ),
  ].join(", "),
);

/**
 * The SKUs' days of demand that the database has, in order. Of a SKU without any in the span, the newest day before it: how
 * old its demand is. The database answers one row for each SKU: a night reads millions of days, and as rows of their own
 * their names alone would be most of what it reads.
 */
export async function readDemand(
  { d1 }: Pick<ServiceContext, "d1">,
  skus: readonly string[],
  { first, last }: DaySpan,
): Promise<Map<string, StoredDay[]>> {
  const list = JSON.stringify(skus);
  const [older, recent] = await d1.batch<PackedDays>([
    prepare(
      d1,
      sql`SELECT d.sku, ${LISTS} FROM json_each(${list}) j JOIN demand_days d ON d.sku = j.value
          AND d.day = (SELECT max(m.day) FROM demand_days m WHERE m.sku = j.value)
        WHERE d.day < ${first} GROUP BY d.sku`,
    ),
    prepare(
      d1,
      sql`SELECT d.sku, ${LISTS} FROM demand_days d WHERE d.sku IN (SELECT value FROM json_each(${list}))
          AND d.day BETWEEN ${first} AND ${last} GROUP BY d.sku`,
    ),
  ]);
  const daysOf = new Map<string, StoredDay[]>();
  const nameOf = dayNames();
  for (const row of [...older!.results, ...recent!.results]) daysOf.set(row.sku, unpacked(row, nameOf));
  return daysOf;
}

function unpacked(row: PackedDays, nameOf: (number: number) => string): StoredDay[] {
  const { sku } = row;
  const of = <Name extends keyof StoredDay>(text: string | null) =>
    text === null ? null : (JSON.parse(text) as StoredDay[Name][]);
  const [units, price] = [of<"units">(row.units)!, of<"price">(row.price)!];
  const [exposure, promo] = [of<"exposure">(row.exposure)!, of<"promo">(row.promo)!];
  const [views, carts] = [of<"views">(row.views), of<"carts">(row.carts)];
  const [period, promotions] = [of<"period">(row.period), of<"promotions">(row.promotions)];
  const first = dayNumber(row.first);
  const listed = of<"day">(row.day) ?? units.map((_, i) => nameOf(first + i));
  const days = listed.map(
    (day, i): StoredDay => ({
      sku,
      day,
      units: units[i]!,
      price: price[i]!,
      exposure: exposure[i]!,
      promo: promo[i]!,
      views: views?.[i] ?? null,
      carts: carts?.[i] ?? null,
      period: period?.[i] ?? null,
      promotions: promotions?.[i] ?? null,
    }),
  );
  return inOrder(days);
}

/** The rows come along the index, so in order of their days; SQLite does not promise it. */
function inOrder(days: StoredDay[]): StoredDay[] {
  const isInOrder = days.every(({ day }, i) => i === 0 || days[i - 1]!.day < day);
  return isInOrder ? days : days.sort((a, b) => (a.day < b.day ? -1 : 1));
}
