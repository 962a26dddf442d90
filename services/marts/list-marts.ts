import { and, count, eq, gt, max, min, ne, or, sql, sum } from "drizzle-orm";
import { changedDays, martDays } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";
import { checkMart, type MartCheck } from "./check-marts.ts";
import { DAY_MARTS, type MartName } from "./names.ts";

/** A mart: what it holds, how fresh it is, and what is wrong with it. */
export interface MartState {
  name: MartName;
  version: number;
  /** ms; null = never */
  rolledAt: number | null;
  firstDay: string | null;
  lastDay: string | null;
  days: number;
  rows: number;
  /** days of another version, or changed since */
  outdated: number;
  checks: MartCheck[];
}

/** Every mart, with its checks if they are wanted. */
export async function listMarts(
  ctx: ServiceContext,
  { checked }: { checked: boolean },
): Promise<MartState[]> {
  const found: MartState[] = [];
  for (const [name, version] of Object.entries(DAY_MARTS) as [MartName, number][])
    found.push({
      ...{ name, version },
      ...(await readState(ctx, name, version)),
      checks: checked ? await checkMart(ctx, name) : [],
    });
  return found;
}

async function readState({ db }: ServiceContext, mart: MartName, version: number) {
  const [held] = await db
    .select({
      rolledAt: max(martDays.rolledAt),
      firstDay: min(martDays.day),
      lastDay: max(martDays.day),
      days: count(),
      rows: sum(martDays.rows).mapWith(Number),
    })
    .from(martDays)
    .where(eq(martDays.mart, mart));
  const outdated = await db
    .select({ days: count() })
    .from(martDays)
    .leftJoin(changedDays, eq(changedDays.day, martDays.day))
    .where(
      and(
        eq(martDays.mart, mart),
        or(ne(martDays.version, version), gt(sql`COALESCE(${changedDays.at}, 0)`, martDays.rolledAt)),
      ),
    );
  const { rolledAt, firstDay, lastDay, days, rows } = held!;
  return { rolledAt, firstDay, lastDay, days, rows: rows ?? 0, outdated: outdated[0]?.days ?? 0 };
}
