import { asc, inArray, lt } from "drizzle-orm";
import {
  changedDays,
  customerScores,
  dailyDemand,
  dailyForecasts,
  dailyFunnel,
  dailyMovements,
  dailySessions,
  dailySignals,
  hourlyDemand,
  marketDays,
  martDays,
} from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import type { RetentionSettings } from "../../domain/settings/retention.ts";
import type { ServiceContext } from "../context.ts";

const BY_HOUR = [hourlyDemand, dailyMovements] as const;
/** What is noted of a day goes with it: it would count as a day that was never rolled up. */
const BY_DAY = [
  ...[dailyDemand, dailyFunnel, dailySessions, dailySignals, dailyForecasts, customerScores],
  ...[marketDays, martDays, changedDays],
] as const;
/** Days of one pass, the oldest first: one statement stays short, though the setting was lowered by years. */
const DAYS_MAX = 20;

/** Removes the days of marts that are older than the settings say, counted from `today` (YYYY-MM-DD). */
export async function expireMarts(
  { d1, db }: ServiceContext,
  today: string,
  { martHourDays, martDays: days }: RetentionSettings,
): Promise<void> {
  const removal = (table: (typeof BY_HOUR | typeof BY_DAY)[number], keptDays: number) => {
    const { day } = table as typeof marketDays;
    const old = db
      .selectDistinct({ day })
      .from(table)
      .where(lt(day, dayOfNumber(dayNumber(today) - keptDays)))
      .orderBy(asc(day))
      .limit(DAYS_MAX);
    return prepare(d1, db.delete(table).where(inArray(day, old)));
  };
  await commitBatch(d1, [
    ...BY_HOUR.map((table) => removal(table, martHourDays)),
    ...BY_DAY.map((table) => removal(table, days)),
  ]);
}
