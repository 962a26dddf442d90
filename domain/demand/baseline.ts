import { dayNumber, dayOfNumber } from "../time/civil-day.ts";

/** A day's demand as the baseline needs it. */
export interface BaselineDay {
  units: number;
  inStockShare: number | null;
}

/** A SKU's usual demand: units per day with stock, from so many days of its own past. */
export interface Baseline {
  perDay: number;
  days: number;
  /** variance of a day's units over their mean, at least 1 */
  dispersion: number;
}

const WINDOW_DAYS = 28;
/** Fewer days say too little of what is usual. */
const DAYS_MIN = 7;
/** A day that was mostly sold out says little of demand. */
const SHARE_MIN = 0.5;

/**
 * Visits the days before `today` (a civil day) that tell of usual demand, newest first: with their number, and the share
 * of the day in which there was something to sell.
 */
export function forEachBaselineDay(
  demand: ReadonlyMap<string, BaselineDay>,
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

/** The usual demand before `today` (a civil day), or null if too few days of the four weeks before it are known. */
export function baselineOf(demand: ReadonlyMap<string, BaselineDay>, today: string): Baseline | null {
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
