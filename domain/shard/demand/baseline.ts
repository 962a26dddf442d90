import { civilDay, dayNumber, dayOfNumber, dayStart, HOUR_MS } from "../../base/time.ts";
import {
  FLAT_HOURS,
  HOURS_PER_DAY,
  HOURS_PER_WEEK,
  hourProfile,
} from "../../learning/forecasting/hour-profile.ts";
import type { ShopActivity } from "./activity.ts";
import { type Counters, countOf } from "./counters.ts";

/** A day's demand as the baseline needs it. */
interface BaselineDay {
  units: number;
  inStockShare: number | null;
}

/** Days of demand by civil day. */
export type BaselineDays = Pick<ReadonlyMap<string, BaselineDay>, "get" | "size">;

/** A SKU's usual demand: units per day in stock, learned from `days` days of its own past. */
export interface Baseline {
  perDay: number;
  days: number;
  /** variance of a day's units divided by their mean, at least 1 */
  dispersion: number;
}

const WINDOW_DAYS = 28;
/** Days needed to know what is usual. */
const DAYS_MIN = 7;
/** Least in-stock share of a day: one that was mostly sold out says little about demand. */
const SHARE_MIN = 0.5;

/**
 * Visits the days before `today` (a civil day) that count for usual demand, newest first, with their day number and
 * in-stock share.
 */
function forEachBaselineDay(
  demand: BaselineDays,
  today: string,
  visit: (day: BaselineDay, number: number, share: number) => void,
): void {
  const number = dayNumber(today);
  for (let back = 1; back <= WINDOW_DAYS; back++) {
    const day = demand.get(dayOfNumber(number - back));
    const share = day?.inStockShare ?? 1;
    if (day !== undefined && share >= SHARE_MIN) visit(day, number - back, share);
  }
}

/** The usual demand in the four weeks before `today` (a civil day); null if too few of these days are known. */
export function baselineOf(demand: BaselineDays, today: string): Baseline | null {
  if (demand.size < DAYS_MIN) return null;
  const units: number[] = [];
  let exposure = 0;
  forEachBaselineDay(demand, today, (day, _, share) => {
    units.push(day.units);
    exposure += share;
  });
  if (units.length < DAYS_MIN) return null;
  const total = units.reduce((sum, one) => sum + one, 0);
  const mean = total / units.length;
  const variance = units.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (units.length - 1);
  const dispersion = mean > 0 ? Math.max(1, variance / mean) : 1;
  return { perDay: total / exposure, days: units.length, dispersion };
}

const DAYS_PER_WEEK = 7;
/** 1970-01-01 was a Thursday; weekday 0 is Sunday. */
const EPOCH_WEEKDAY = 4;
/** Units from which a weekday, or the shape of a day, weighs as much as the assumption without them. */
const PRIOR_UNITS = 50;
/** Views from which the hours of views weigh as much as the assumption of an even day. */
const PRIOR_VIEWS = 200;

/** When a SKU is usually sold: the level of each weekday over the mean, and how each day is spread over its hours. */
export interface DemandWeek {
  weekdays: readonly number[];
  /** index 24·weekday + hour, the shares of a day sum to 1 */
  hours: readonly number[];
}

/** The past that a usual week is learned from. */
export interface DemandPast {
  demand: BaselineDays;
  activity: ShopActivity;
  /** now, ms */
  clock: number;
  timeZone: string;
}

/**
 * A SKU's usual week from its own past: weekdays from the days of its baseline, hours from the whole days whose events
 * are kept. Each is shrunk towards something coarser: an hour of the week towards that hour of any day, this towards
 * the hours in which the product is viewed, and these towards an even day. A SKU with little past so has a flat week.
 */
export function demandWeek(past: DemandPast, { perDay }: Baseline): DemandWeek {
  return { weekdays: weekdayLevels(past, perDay), hours: hourShares(past) };
}

function weekdayLevels({ demand, clock, timeZone }: DemandPast, perDay: number): number[] {
  const units = new Array<number>(DAYS_PER_WEEK).fill(PRIOR_UNITS);
  const expected = new Array<number>(DAYS_PER_WEEK).fill(PRIOR_UNITS);
  forEachBaselineDay(demand, civilDay(clock, timeZone), (day, number, share) => {
    units[weekdayOf(number)]! += day.units;
    expected[weekdayOf(number)]! += perDay * share;
  });
  const levels = units.map((sold, weekday) => sold / expected[weekday]!);
  const mean = levels.reduce((sum, level) => sum + level, 0) / DAYS_PER_WEEK;
  return levels.map((level) => level / mean);
}

function hourShares({ activity, clock }: DemandPast): readonly number[] {
  const units = new Array<number>(HOURS_PER_WEEK).fill(0);
  const unitsOfDay = new Array<number>(HOURS_PER_DAY).fill(0);
  const views = new Array<number>(HOURS_PER_DAY).fill(0);
  let days = 0;
  for (const [name, { start, end, hours }] of activity.days) {
    // a day that is known only in part would look as if nobody came in its other hours
    if (end > clock || start < activity.firstAt) continue;
    days++;
    addDay(hours, weekdayOf(dayNumber(name)), { units, unitsOfDay, views });
  }
  if (days === 0) return FLAT_HOURS;
  const looked = shrunk(views, new Array(HOURS_PER_DAY).fill(1 / HOURS_PER_DAY), PRIOR_VIEWS);
  const sold = shrunk(unitsOfDay, looked, PRIOR_UNITS);
  const anyDay = Array.from({ length: HOURS_PER_WEEK }, (_, hour) => sold[hour % HOURS_PER_DAY]!);
  return hourProfile(units, anyDay);
}

function addDay(
  hours: ReadonlyMap<number, Counters>,
  weekday: number,
  sums: { units: number[]; unitsOfDay: number[]; views: number[] },
): void {
  for (const [hour, counters] of hours) {
    // the 25th hour of a long day counts as its 24th
    const at = Math.min(HOURS_PER_DAY - 1, hour);
    const sold = countOf(counters, "units");
    sums.units[weekday * HOURS_PER_DAY + at]! += sold;
    sums.unitsOfDay[at]! += sold;
    sums.views[at]! += countOf(counters, "views");
  }
}

/** Shares that sum to 1, as if `weight` further units had been counted and spread as assumed. */
function shrunk(counts: readonly number[], assumed: readonly number[], weight: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, weight);
  return counts.map((count, i) => (count + weight * assumed[i]!) / total);
}

/** The units expected in the last `hours` hours before `clock`, in a usual week of `perDay` units a day. */
export function expectedUnits(
  week: DemandWeek,
  perDay: number,
  hours: number,
  { activity, clock, timeZone }: DemandPast,
): number {
  const from = clock - hours * HOUR_MS;
  let number = dayNumber(civilDay(clock, timeZone));
  let end = clock;
  let sum = 0;
  while (end > from) {
    const day = dayOfNumber(number);
    const start = activity.days.get(day)?.start ?? dayStart(day, timeZone);
    sum += expectedOfDay(week, weekdayOf(number), Math.max(from, start) - start, end - start);
    end = start;
    number--;
  }
  return perDay * sum;
}

/** Expected demand between two instants of one day (ms since its start), as a share of an average day. */
function expectedOfDay(week: DemandWeek, weekday: number, from: number, to: number): number {
  let sum = 0;
  for (let hour = Math.floor(from / HOUR_MS); hour * HOUR_MS < to; hour++) {
    const share = (Math.min(to, (hour + 1) * HOUR_MS) - Math.max(from, hour * HOUR_MS)) / HOUR_MS;
    sum += share * week.hours[weekday * HOURS_PER_DAY + Math.min(HOURS_PER_DAY - 1, hour)]!;
  }
  return sum * week.weekdays[weekday]!;
}

function weekdayOf(dayNumber: number): number {
  return (dayNumber + EPOCH_WEEKDAY) % DAYS_PER_WEEK;
}
