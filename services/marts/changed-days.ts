import { and, eq, inArray, isNull, lt, ne, not, or, sql } from "drizzle-orm";
import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import { changedDays, martDays, newestData } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";
import { DAY_MARTS } from "./names.ts";

const NEWER = { newer: "at" } as const;
const NEWER_DATA = { newer: "at" } as const;

/** What a pass makes of a day that is due. */
const DEMAND_MARTS = ["daily_demand", "hourly_demand"] as const;

/** A commit may be under way while a roll-up reads: what changed so shortly before is rolled up once more. */
export const UNDER_WAY_MS = 15 * MINUTE_MS;

/** A day changed since it was rolled up, or so shortly before that it counts as that. */
const isLater = lt(sql`${martDays.rolledAt} - ${UNDER_WAY_MS}`, changedDays.at);

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
 * first. A sealed day stays as it is: the database no longer has what it was made from.
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
        and(eq(martDays.sealed, false), or(isLater, inArray(changedDays.day, outdated))),
      ),
    )
    .orderBy(sql`${changedDays.day} DESC`)
    .limit(limit);
  return rows.map(({ day }) => day);
}

/** Days before another whose demand is rolled up, as it is now. */
export async function rolledDays({ db }: Pick<ServiceContext, "db">, before: string): Promise<string[]> {
  const rows = await db
    .select({ day: martDays.day })
    .from(martDays)
    .leftJoin(changedDays, eq(changedDays.day, martDays.day))
    .where(
      and(
        eq(martDays.mart, "daily_demand"),
        lt(martDays.day, before),
        or(isNull(changedDays.day), eq(martDays.sealed, true), not(isLater)),
      ),
    );
  return rows.map(({ day }) => day);
}

/** The statement that seals the demand of days: it is not rolled up again. */
export function sealDays({ d1, db }: Pick<ServiceContext, "d1" | "db">, days: readonly string[]) {
  const isOf = and(inArray(martDays.mart, [...DEMAND_MARTS]), isAmong(martDays.day, days));
  return prepare(d1, db.update(martDays).set({ sealed: true }).where(isOf));
}
