import { and, eq, inArray, isNull, lt, ne, or, sql } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { changedDays, martDays, newestData } from "../../db/schema.ts";
import { HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";
import { DAY_MARTS } from "./names.ts";

const NEWER = { newer: "at" } as const;
const NEWER_DATA = { newer: "at" } as const;

/** What a pass makes of a day that is due. */
const DEMAND_MARTS = ["daily_demand", "hourly_demand"] as const;

/** A commit may be under way while a roll-up reads: what changed so shortly before is rolled up once more. */
export const UNDER_WAY_MS = 15 * MINUTE_MS;

/** The statements that note days as changed: one row an hour for each at most. */
export function noteChanges(
  d1: D1Database,
  { days, isObserved, now }: { days: Iterable<string>; isObserved: boolean; now: number },
): D1PreparedStatement[] {
  const at = Math.ceil(now / HOUR_MS) * HOUR_MS;
  const changed = [...new Set(days)].map((day) => ({ day, at }));
  const observed = isObserved ? [{ part: "observations" as const, at }] : [];
  return [
    ...bulkUpsert(d1, changedDays, changed, NEWER),
    ...bulkUpsert(d1, newestData, observed, NEWER_DATA),
  ];
}

/**
 * Days whose demand is to be rolled up: changed since, never rolled up, or by another version of the roll-up. The newest
 * first.
 */
export async function readDueDays({ db }: ServiceContext, limit: number): Promise<string[]> {
  const isOutdated = or(
    ...DEMAND_MARTS.map((mart) => and(eq(martDays.mart, mart), ne(martDays.version, DAY_MARTS[mart]))),
  );
  const outdated = db.select({ day: martDays.day }).from(martDays).where(isOutdated);
  const rows = await db
    .select({ day: changedDays.day })
    .from(changedDays)
    .leftJoin(martDays, and(eq(martDays.mart, "daily_demand"), eq(martDays.day, changedDays.day)))
    .where(
      or(
        isNull(martDays.day),
        lt(sql`${martDays.rolledAt} - ${UNDER_WAY_MS}`, changedDays.at),
        inArray(changedDays.day, outdated),
      ),
    )
    .orderBy(sql`${changedDays.day} DESC`)
    .limit(limit);
  return rows.map(({ day }) => day);
}
