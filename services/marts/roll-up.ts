import { and, between, count, eq } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { changedDays, marketDays, martDays, products } from "../../db/schema.ts";
import { commitBatch, prepare } from "../../db/write.ts";
import { civilDay, dayNumber, dayOfNumber, dayStart, HOUR_MS } from "../../domain/base/time.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { idsKnownFrom } from "../../domain/shard/demand/activity.ts";
import type { ServiceContext } from "../context.ts";
import type { MartSources } from "../ports.ts";
import { readSettings } from "../settings/settings.ts";
import { readDueDays } from "./changed-days.ts";
import { expireMarts } from "./expire-marts.ts";
import { forgetNewest, noteRolledDays } from "./mart-days.ts";
import {
  isObservedSince,
  isOld,
  isOutdated,
  isPastChangedSince,
  isPricingNews,
  newestRolls,
} from "./news.ts";
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
/** Signals and movements of so many days are looked at again, since late rows change them. */
const LOOK_BACK_DAYS = 7;
/** What is about days, not hours, is made again after so many hours; and with the first pass of a civil day. */
const SLOW_HOURS = 4;

/**
 * The hourly roll-up: the days of which something changed, and what time makes due. Where nothing has come since the last
 * pass nothing is asked for. A pass that fails half-way is made up for by the next, since each mart notes what it holds.
 */
export async function rollUpMarts(ctx: MartContext): Promise<void> {
  const { settings } = await readSettings(ctx.d1);
  const { timeZone, currency } = settings;
  const today = civilDay(ctx.now, timeZone);
  const [catalogue] = await ctx.db.select({ size: count() }).from(products);
  const size = catalogue?.size ?? 0;
  const back = (count: number) => dayOfNumber(dayNumber(today) - count);
  const rolled = await newestRolls(ctx);
  const days = await readDueDays(ctx, daysPerPass(size));
  if (days.length > 0) await rollUpDemand(ctx, days, currency);
  for (const day of days) if (hasItsEvents(day, ctx.now, settings)) await rollUpSessions(ctx, day, timeZone);
  await rollUpSignals(ctx, back(LOOK_BACK_DAYS), timeZone);
  const isFirstOfDay = rolled.get("customer_scores")?.day !== today;
  if (isFirstOfDay || (await isObservedSince(ctx, rolled.get("daily_movements")))) {
    const moved = Array.from({ length: 1 + LOOK_BACK_DAYS }, (_, i) => back(i));
    const { movement: share, offerFreshHours } = settings.signals;
    const rule = { share, timeZone, freshMs: offerFreshHours * HOUR_MS };
    await rollUpMovements(ctx, moved, [1, LOOK_BACK_DAYS], rule);
  }
  const isSlowDue = isFirstOfDay || isOld(ctx.now, rolled.get("customer_scores"), SLOW_HOURS);
  const pricing = rolled.get("pricing_analysis");
  const isUnpriced = pricing?.day !== today || isOutdated(rolled, "pricing_analysis");
  if (isSlowDue || isUnpriced || (await isPricingNews(ctx, pricing))) {
    await rollUpPricing(ctx, settings.signals, today);
    const groups = await ctx.db.$count(marketDays, eq(marketDays.day, today));
    const noted = [{ mart: "market_days" as const, day: today, source: size, rows: groups }];
    await commitBatch(ctx.d1, noteRolledDays(ctx, noted));
  }
  if (isSlowDue) {
    await rollUpForecasts(ctx, today, timeZone);
    await rollUpCustomers(ctx, timeZone);
  }
  if (isFirstOfDay) await expireMarts(ctx, today, settings.retention);
  const performance = rolled.get("product_performance");
  const isLate = isSlowDue && (await isPastChangedSince(ctx, performance, today));
  if (isLate || performance?.day !== today || isOutdated(rolled, "product_performance"))
    await rollUpPerformance(ctx, today);
}

function daysPerPass(products: number): number {
  const days = Math.floor(ROWS_PER_PASS / Math.max(1, products));
  return Math.min(DAYS_PER_PASS_MAX, Math.max(DAYS_PER_PASS_MIN, days));
}

/** Whether the objects still hold every event of a day. */
function hasItsEvents(day: string, now: number, { signals, timeZone }: Settings): boolean {
  return dayStart(day, timeZone) >= idsKnownFrom(now, signals.eventHours);
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
    prepare(
      ctx.d1,
      ctx.db
        .delete(martDays)
        .where(and(between(martDays.day, span.from, span.to), eq(martDays.sealed, false))),
    ),
    forgetNewest(ctx, ["customer_scores", "product_performance"]),
  ]);
  return { days: days.length };
}

const KEEP_KNOWN = { update: [] };
