import { and, asc, eq, inArray, lt } from "drizzle-orm";
import { changedDays, marketDays, martDays, martParts } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import type { RetentionSettings } from "../../domain/settings/retention.ts";
import type { ServiceContext } from "../context.ts";

const BY_HOUR = ["hourly_demand", "hourly_visits", "daily_movements"];
const BY_DAY = [
  ...["daily_demand", "daily_funnel", "daily_sessions"],
  ...["daily_signals", "daily_forecasts", "customer_scores"],
];
/** What is noted of a day goes with it: it would count as a day that was never rolled up. */
const NOTED = [marketDays, martDays, changedDays] as const;
/** Days of one pass, the oldest first: one statement stays short, though the setting was lowered by years. */
const DAYS_MAX = 20;

/** Removes the days of marts that are older than the settings say, counted from `today` (YYYY-MM-DD). */
export async function expireMarts(
  { d1, db }: ServiceContext,
  today: string,
  { martHourDays, martDays: days }: RetentionSettings,
): Promise<void> {
  const removal = (keptDays: number, table: typeof martParts | (typeof NOTED)[number], mart?: string) => {
    const { day } = table as typeof martParts;
    const isOfMart = mart === undefined ? undefined : eq(martParts.mart, mart);
    const old = db
      .selectDistinct({ day })
      .from(table)
      .where(and(isOfMart, lt(day, dayOfNumber(dayNumber(today) - keptDays))))
      .orderBy(asc(day))
      .limit(DAYS_MAX);
    return prepare(d1, db.delete(table).where(and(isOfMart, inArray(day, old))));
  };
  await commitBatch(d1, [
    ...BY_HOUR.map((mart) => removal(martHourDays, martParts, mart)),
    ...BY_DAY.map((mart) => removal(days, martParts, mart)),
    ...NOTED.map((table) => removal(days, table)),
  ]);
}
