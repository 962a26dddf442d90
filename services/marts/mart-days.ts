import { and, eq, inArray, ne, or, sql } from "drizzle-orm";
import { bulkUpsert, excluded } from "../../db/bulk.ts";
import { martDays } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import type { ServiceContext } from "../context.ts";
import { DAY_MARTS, type MartName } from "./names.ts";

/** What a roll-up made of a day. */
interface RolledDay {
  mart: MartName;
  day: string;
  /** rows it was made from */
  source: number;
  rows: number;
}

/** The statements that note days as rolled up now, by the present version. */
export function noteRolledDays(ctx: Pick<ServiceContext, "d1" | "now">, days: readonly RolledDay[]) {
  return bulkUpsert(ctx.d1, martDays, rowsOf(ctx, days));
}

const CHANGED = {
  where: or(
    ...[martDays.version, martDays.source, martDays.rows].map((column) => ne(excluded(column), column)),
  ),
};

/** The same for days that every pass looks at again: noted only where there is something else than before. */
export function noteLookedAtDays(ctx: Pick<ServiceContext, "d1" | "now">, days: readonly RolledDay[]) {
  return bulkUpsert(ctx.d1, martDays, rowsOf(ctx, days), CHANGED);
}

/** The statement by which the next pass makes these marts again, whether or not something has come. */
export function forgetNewest(
  { d1, db }: Pick<ServiceContext, "d1" | "db">,
  marts: readonly MartName[],
): D1PreparedStatement {
  const newest = sql`(SELECT MAX(newest.day) FROM ${martDays} AS newest WHERE newest.mart = ${martDays.mart})`;
  const isNewest = and(inArray(martDays.mart, [...marts]), eq(martDays.day, newest));
  return prepare(d1, db.delete(martDays).where(isNewest));
}

function rowsOf({ now }: Pick<ServiceContext, "now">, days: readonly RolledDay[]) {
  return days.map((one) => ({ ...one, version: DAY_MARTS[one.mart], rolledAt: now }));
}
