import { ne } from "drizzle-orm";
import { hourlyDemand } from "../../db/schema.ts";
import { civilDay, DAY_MS, dayStart, HOUR_MS } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";
import { sumMart } from "../marts/sum-mart.ts";

const COUNTS = ["views", "searches", "carts", "purchases", "units", "revenue"] as const;

/** What shoppers did with products; money in minor units of the install's currency. */
type Activity = Record<(typeof COUNTS)[number], number>;

interface ActivityBeside {
  now: Activity;
  before: Activity;
}

/** The newest hour and the newest 24 hours, each beside as long a time before. */
interface ShopActivity {
  /** when the newest hour ended, ms */
  asOf: number;
  hour: ActivityBeside;
  day: ActivityBeside;
}

/**
 * Reads what shoppers did lately. The hour that ended last may still lack events: they reach the roll-up within ten minutes, and
 * it is made on the full hour. So the newest hour is the one before it, which is whole.
 */
export async function readActivity(
  ctx: ServiceContext,
  category: string | undefined,
  timeZone: string,
): Promise<ShopActivity> {
  const asOf = Math.floor(ctx.now / HOUR_MS) * HOUR_MS - HOUR_MS;
  const span = { from: civilDay(asOf - 2 * DAY_MS, timeZone), to: civilDay(asOf, timeZone), category };
  const rows = await sumMart(ctx, "hourly-demand", span, { by: ["day", "hour"], sums: COUNTS }, [
    ne(hourlyDemand.category, ""),
  ]);
  const starts = new Map(
    [...new Set(rows.map(({ day }) => day))].map((day) => [day, dayStart(day, timeZone)]),
  );
  const placed = rows.map((row) => ({ ...row, at: starts.get(row.day)! + row.hour * HOUR_MS }));
  const within = (from: number, to: number): Activity => {
    const found = placed.filter(({ at }) => at >= from && at < to);
    const sums = COUNTS.map((name) => [name, found.reduce((sum, row) => sum + row[name], 0)] as const);
    return Object.fromEntries(sums) as Activity;
  };
  const beside = (length: number): ActivityBeside => ({
    now: within(asOf - length, asOf),
    before: within(asOf - 2 * length, asOf - length),
  });
  return { asOf, hour: beside(HOUR_MS), day: beside(DAY_MS) };
}
