import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { changedDays, martDays } from "../../db/schema.ts";
import { HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";
import { DAY_MARTS } from "./names.ts";

const NEWER = { newer: "at" } as const;

/** A commit may be under way while a roll-up reads: what changed so shortly before is rolled up once more. */
const UNDER_WAY_MS = 15 * MINUTE_MS;

/** The statements that note days of the past as changed: one row an hour for each at most. */
export function noteChangedDays(d1: D1Database, days: Iterable<string>, now: number): D1PreparedStatement[] {
  const at = Math.ceil(now / HOUR_MS) * HOUR_MS;
  return bulkUpsert(
    d1,
    changedDays,
    [...new Set(days)].map((day) => ({ day, at })),
    NEWER,
  );
}

/**
 * Days whose demand is to be rolled up: changed since, never rolled up, or by another version of the roll-up. The newest
 * first.
 */
export async function readDueDays({ db }: ServiceContext, limit: number): Promise<string[]> {
  const rows = await db
    .select({ day: changedDays.day })
    .from(changedDays)
    .leftJoin(martDays, and(eq(martDays.mart, "daily_demand"), eq(martDays.day, changedDays.day)))
    .where(
      or(
        isNull(martDays.day),
        lt(sql`${martDays.rolledAt} - ${UNDER_WAY_MS}`, changedDays.at),
        sql`${martDays.version} <> ${DAY_MARTS.daily_demand}`,
      ),
    )
    .orderBy(sql`${changedDays.day} DESC`)
    .limit(limit);
  return rows.map(({ day }) => day);
}
