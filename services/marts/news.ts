import { and, desc, eq, gt, inArray, lt, max } from "drizzle-orm";
import { audit, changedDays, martDays, newestData, priceLedger, runs } from "../../db/schema.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import { RUN_KINDS } from "../../domain/messages/names.ts";
import type { ServiceContext } from "../context.ts";
import { UNDER_WAY_MS } from "./changed-days.ts";
import { DAY_MARTS, type MartName } from "./names.ts";

/** The newest day of a mart, and when it was rolled up (ms). */
interface NewestRoll {
  day: string;
  version: number;
  rolledAt: number;
}

/** The newest day of every mart. */
export async function newestRolls({ db }: ServiceContext): Promise<Map<string, NewestRoll>> {
  const newest = db
    .select({ mart: martDays.mart, day: max(martDays.day).as("newest") })
    .from(martDays)
    .groupBy(martDays.mart)
    .as("newest_days");
  const rows = await db
    .select({
      ...{ mart: martDays.mart, day: martDays.day },
      ...{ version: martDays.version, rolledAt: martDays.rolledAt },
    })
    .from(newest)
    .innerJoin(martDays, and(eq(martDays.mart, newest.mart), eq(martDays.day, newest.day)));
  return new Map(rows.map(({ mart, ...roll }) => [mart, roll]));
}

/** Whether a mart was never rolled up, or by another version of its roll-up. */
export function isOutdated(rolled: ReadonlyMap<string, NewestRoll>, mart: MartName): boolean {
  return rolled.get(mart)?.version !== DAY_MARTS[mart];
}

/** Whether full hours, as many as `hours`, have passed since a roll-up. */
export function isOld(now: number, roll: NewestRoll | undefined, hours: number): boolean {
  return roll === undefined || Math.floor(now / HOUR_MS) - Math.floor(roll.rolledAt / HOUR_MS) >= hours;
}

/** Since when something is new to whoever rolled up then, ms. */
function since(roll: NewestRoll | undefined): number {
  return (roll?.rolledAt ?? 0) - UNDER_WAY_MS;
}

/** Whether competitors' prices were observed since. */
export async function isObservedSince(
  { db }: ServiceContext,
  roll: NewestRoll | undefined,
): Promise<boolean> {
  const isNewer = and(eq(newestData.part, "observations"), gt(newestData.at, since(roll)));
  return (await db.$count(newestData, isNewer)) > 0;
}

/** Whether demand of the days before today changed since. */
export async function isPastChangedSince(
  { db }: ServiceContext,
  roll: NewestRoll | undefined,
  today: string,
): Promise<boolean> {
  const isNewer = and(lt(changedDays.day, today), gt(changedDays.at, since(roll)));
  return (await db.$count(changedDays, isNewer)) > 0;
}

/** Whether prices, ours or theirs, or proposals may have changed since. */
export async function isPricingNews(ctx: ServiceContext, roll: NewestRoll | undefined): Promise<boolean> {
  if (await isObservedSince(ctx, roll)) return true;
  const { db } = ctx;
  const isFinished = and(inArray(runs.kind, [...RUN_KINDS]), gt(runs.finishedAt, since(roll)));
  const [price, entry, finished] = await Promise.all([
    db.select({ at: priceLedger.at }).from(priceLedger).orderBy(desc(priceLedger.seq)).limit(1),
    db.select({ at: audit.at }).from(audit).orderBy(desc(audit.seq)).limit(1),
    db.$count(runs, isFinished),
  ]);
  return finished > 0 || [price, entry].some((rows) => (rows[0]?.at ?? 0) > since(roll));
}
