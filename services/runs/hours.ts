import { sql } from "drizzle-orm";
import { prepare } from "../../db/write.ts";
import { civilDay, dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import {
  addCategoryHours,
  type CategoryHours,
  HOURS_PER_WEEK,
  OWN_PROFILE_UNITS,
} from "../../domain/learning/forecasting/hour-profile.ts";
import { COUNTED } from "../../domain/shard/demand/counters.ts";
import type { ServiceContext } from "../context.ts";
import { findJson, type Lake, putJson, resultKey, type ShardJob } from "./run-record.ts";

/** Full days whose hours make a profile: each hour of the week four times. */
const PROFILE_DAYS = 28;

/** Units of a category in one hour of the week. */
interface HourCount {
  category: string;
  hour: number;
  units: number;
}

/** Hour of the week and units, out of a day's packed counters; a day of 25 hours adds its last to the one before. */
const HOUR_OF_WEEK = sql.raw("CAST(strftime('%w', d.day) AS INTEGER) * 24 + min(23, h.value ->> 0)");
const UNITS = sql.raw(`h.value ->> ${1 + COUNTED.indexOf("units")}`);

/** What the shard's SKUs sold by hour of the week: summed by category, and alone for those that sell enough. */
export async function readHours(
  ctx: ServiceContext,
  { run, skus }: ShardJob,
): Promise<{ byCategory: HourCount[]; own: Map<string, number[]> }> {
  const today = civilDay(run.asOf, run.settings.timeZone);
  const first = dayOfNumber(dayNumber(today) - PROFILE_DAYS);
  const list = sql`json_each(${JSON.stringify(skus)}) j`;
  const days = sql`demand_days d ON d.sku = j.value AND d.day >= ${first} AND d.day < ${today}
    AND d.behaviour IS NOT NULL, json_each(d.behaviour, '$.h') h`;
  const { results: byCategory } = await prepare(
    ctx.d1,
    sql`SELECT p.category, ${HOUR_OF_WEEK} AS hour, sum(${UNITS}) AS units
      FROM ${list} JOIN products p ON p.sku = j.value JOIN ${days}
      GROUP BY 1, 2 HAVING units > 0 ORDER BY 1, 2`,
  ).all<HourCount>();
  const ownHours = new Map<string, number[]>();
  if (byCategory.length === 0) return { byCategory, own: ownHours };
  const { results: own } = await prepare(
    ctx.d1,
    sql`SELECT d.sku, ${HOUR_OF_WEEK} AS hour, sum(${UNITS}) AS units FROM ${list} JOIN ${days}
      WHERE (SELECT sum(m.units) FROM demand_days m
        WHERE m.sku = j.value AND m.day >= ${first} AND m.day < ${today}) > ${OWN_PROFILE_UNITS}
      GROUP BY 1, 2 HAVING units > 0`,
  ).all<{ sku: string; hour: number; units: number }>();
  for (const { sku, hour, units } of own) {
    const known = ownHours.get(sku) ?? new Array<number>(HOURS_PER_WEEK).fill(0);
    ownHours.set(sku, known);
    known[hour] = units;
  }
  return { byCategory, own: ownHours };
}

/** Sums what the shards counted, and keeps the sums with the run. */
export async function poolHours({ lake }: Lake, runId: string, shards: readonly number[]): Promise<void> {
  const hours: Record<string, number[]> = {};
  for (const shard of shards)
    addCategoryHours(hours, (await findJson<HourCount[]>(lake, resultKey(runId, "hours-of", shard))) ?? []);
  await putJson(lake, resultKey(runId, "hours", 0), hours);
}

/** What the run's categories sold by hour of the week; nothing of a category without shop events. */
export async function readCategoryHours({ lake }: Lake, runId: string): Promise<CategoryHours> {
  return (await findJson<CategoryHours>(lake, resultKey(runId, "hours", 0))) ?? {};
}
