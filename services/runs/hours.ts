import { civilDay, dayNumber, dayOfNumber } from "../../domain/base/time.ts";
import {
  addCategoryHours,
  type CategoryHours,
  HOURS_PER_WEEK,
  OWN_PROFILE_UNITS,
} from "../../domain/learning/forecasting/hour-profile.ts";
import { COUNTED } from "../../domain/shard/demand/counters.ts";
import type { ServiceContext } from "../context.ts";
import { putJson, resultKey } from "./run-record.ts";
import type { ShardJob } from "./shard-job.ts";

/** Full days whose hours make a profile: each hour of the week four times. */
const PROFILE_DAYS = 28;

/** Units of a category in one hour of the week. */
interface HourCount {
  category: string;
  hour: number;
  units: number;
}

/** Hour of the week and units, out of a day's packed counters; a day of 25 hours adds its last to the one before. */
const HOUR_OF_WEEK = "CAST(strftime('%w', d.day) AS INTEGER) * 24 + min(23, h.value ->> 0)";
const UNITS = `h.value ->> ${1 + COUNTED.indexOf("units")}`;

/** What the shard's SKUs sold by hour of the week: summed by category, and of those alone that sell enough for it. */
export async function readHours(
  ctx: ServiceContext,
  { run, skus }: ShardJob,
): Promise<{ byCategory: HourCount[]; own: Map<string, number[]> }> {
  const today = civilDay(run.asOf, run.settings.timeZone);
  const first = dayOfNumber(dayNumber(today) - PROFILE_DAYS);
  const list = JSON.stringify(skus);
  const days = `demand_days d ON d.sku = j.value AND d.day >= ?2 AND d.day < ?3 AND d.behaviour IS NOT NULL`;
  const [byCategory, own] = await ctx.d1.batch([
    ctx.d1
      .prepare(
        `SELECT p.category, ${HOUR_OF_WEEK} AS hour, sum(${UNITS}) AS units
         FROM json_each(?1) j JOIN products p ON p.sku = j.value JOIN ${days}, json_each(d.behaviour, '$.h') h
         GROUP BY 1, 2 HAVING units > 0 ORDER BY 1, 2`,
      )
      .bind(list, first, today),
    ctx.d1
      .prepare(
        `SELECT d.sku, ${HOUR_OF_WEEK} AS hour, sum(${UNITS}) AS units
         FROM json_each(?1) j JOIN ${days}, json_each(d.behaviour, '$.h') h
         WHERE (SELECT sum(m.units) FROM demand_days m WHERE m.sku = j.value AND m.day >= ?2 AND m.day < ?3) > ?4
         GROUP BY 1, 2 HAVING units > 0`,
      )
      .bind(list, first, today, OWN_PROFILE_UNITS),
  ]);
  const ownHours = new Map<string, number[]>();
  for (const { sku, hour, units } of own!.results as { sku: string; hour: number; units: number }[]) {
    const known = ownHours.get(sku) ?? new Array<number>(HOURS_PER_WEEK).fill(0);
    ownHours.set(sku, known);
    known[hour] = units;
  }
  return { byCategory: byCategory!.results as unknown as HourCount[], own: ownHours };
}

/** Sums what the shards counted, and keeps it with the run. */
export async function poolHours(
  { lake }: Pick<ServiceContext, "lake">,
  runId: string,
  shards: readonly number[],
): Promise<void> {
  const hours: Record<string, number[]> = {};
  for (const shard of shards) {
    const object = await lake.get(resultKey(runId, "hours-of", shard));
    if (object) addCategoryHours(hours, await object.json<HourCount[]>());
  }
  await putJson(lake, resultKey(runId, "hours", 0), hours);
}

/** What the run's categories sold by hour of the week; nothing of a category without shop events. */
export async function readCategoryHours(
  { lake }: Pick<ServiceContext, "lake">,
  runId: string,
): Promise<CategoryHours> {
  const object = await lake.get(resultKey(runId, "hours", 0));
  return object ? object.json<CategoryHours>() : {};
}
