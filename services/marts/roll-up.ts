import { between, count, eq, max } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { changedDays, marketDays, martDays, products } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { civilDay, dayNumber, dayOfNumber, dayStart, HOUR_MS } from "../../domain/base/time.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { IDS_SLACK_MS } from "../../domain/shard/demand/activity.ts";
import type { ServiceContext } from "../context.ts";
import type { MartSources } from "../ports.ts";
import { readSettings } from "../settings/settings.ts";
import { readDueDays } from "./changed-days.ts";
import { expireMarts } from "./expire-marts.ts";
import { noteRolledDays } from "./mart-days.ts";
import { rollUpCustomers } from "./roll-up-customers.ts";
import { rollUpDemand } from "./roll-up-demand.ts";
import { rollUpForecasts } from "./roll-up-forecasts.ts";
import { rollUpMovements } from "./roll-up-movements.ts";
import { rollUpPerformance, rollUpPricing } from "./roll-up-products.ts";
import { rollUpSessions } from "./roll-up-sessions.ts";
import { rollUpSignals } from "./roll-up-signals.ts";

export type MartContext = ServiceContext & { sources: MartSources };

/** A product's day is a row: so many are read in one pass, so that a pass stays within its time. */
const ROWS_PER_PASS = 500_000;
const DAYS_PER_PASS_MIN = 3;
const DAYS_PER_PASS_MAX = 400;
/** A catalogue of so few products is rolled up by product every hour; a larger one once a day. */
const HOURLY_PRODUCTS_MAX = 5_000;
/** Signals and movements of so many days are looked at again once a day, since late rows change them. */
const DAILY_LOOK_BACK_DAYS = 7;

/**
 * The hourly roll-up: today, and what has changed of the days before. What time makes due comes with the first pass of
 * a civil day. A pass that fails half-way is made up for by the next, since each mart notes what it holds.
 */
export async function rollUpMarts(ctx: MartContext): Promise<void> {
  const { settings } = await readSettings(ctx.d1);
  const { timeZone, currency } = settings;
  const today = civilDay(ctx.now, timeZone);
  const [catalogue] = await ctx.db.select({ size: count() }).from(products);
  const size = catalogue?.size ?? 0;
  const back = (count: number) => dayOfNumber(dayNumber(today) - count);
  const isFirstOfDay = (await newestDay(ctx, "product_performance")) !== today;
  const due = await readDueDays(ctx, daysPerPass(size));
  const days = [...new Set([today, back(1), ...due])];
  await rollUpDemand(ctx, days, currency);
  for (const day of days) if (hasItsEvents(day, ctx.now, settings)) await rollUpSessions(ctx, day, timeZone);
  await rollUpSignals(ctx, back(DAILY_LOOK_BACK_DAYS), timeZone);
  const groups = await ctx.db.$count(marketDays, eq(marketDays.day, today));
  await commitBatch(
    ctx.d1,
    noteRolledDays(ctx, [{ mart: "market_days", day: today, source: size, rows: groups }]),
  );
  const rule = { share: settings.signals.movement, timeZone };
  const isWhole = isFirstOfDay || size <= HOURLY_PRODUCTS_MAX;
  const moved = Array.from({ length: 1 + (isWhole ? DAILY_LOOK_BACK_DAYS : 1) }, (_, i) => back(i));
  await rollUpMovements(ctx, moved, isWhole ? [1, DAILY_LOOK_BACK_DAYS] : [1], rule);
  await rollUpForecasts(ctx, today, timeZone);
  if (isFirstOfDay) await expireMarts(ctx, today, settings.retention);
  if (!isWhole) return;
  await rollUpCustomers(ctx, timeZone);
  await rollUpPricing(ctx, settings.signals, today);
  await rollUpPerformance(ctx, today);
}

function daysPerPass(products: number): number {
  const days = Math.floor(ROWS_PER_PASS / Math.max(1, products));
  return Math.min(DAYS_PER_PASS_MAX, Math.max(DAYS_PER_PASS_MIN, days));
}

async function newestDay({ db }: ServiceContext, mart: string): Promise<string | null> {
  const [row] = await db
    .select({ day: max(martDays.day) })
    .from(martDays)
    .where(eq(martDays.mart, mart));
  return row?.day ?? null;
}

/** Whether the objects still hold every event of a day. */
function hasItsEvents(day: string, now: number, { signals, timeZone }: Settings): boolean {
  return dayStart(day, timeZone) >= now - signals.eventHours * HOUR_MS - IDS_SLACK_MS + HOUR_MS;
}

/**
 * Has the next passes roll the days of a span up again, as far as the sources hold them. Answers how many days that are; it
 * waits for no shard.
 */
export async function askForRebuild(
  ctx: ServiceContext,
  span: { from: string; to: string },
): Promise<{ days: number }> {
  const days: { day: string; at: number }[] = [];
  for (let day = dayNumber(span.from); day <= dayNumber(span.to); day++)
    days.push({ day: dayOfNumber(day), at: 0 });
  await commitBatch(ctx.d1, [
    ...bulkUpsert(ctx.d1, changedDays, days, KEEP_KNOWN),
    prepare(ctx.d1, ctx.db.delete(martDays).where(between(martDays.day, span.from, span.to))),
  ]);
  return { days: days.length };
}

const KEEP_KNOWN = { update: [] };
