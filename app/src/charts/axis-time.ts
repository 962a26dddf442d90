import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../domain/base/time.ts";
import { LOCALE } from "../format/number.ts";
import { dayMonth } from "../format/time.ts";

const STEPS_MS = [
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  28 * DAY_MS,
  56 * DAY_MS,
  91 * DAY_MS,
];

/** 5 January 1970, the first Monday: steps of weeks begin on Mondays. */
const MONDAY_MS = 4 * DAY_MS;

export interface TimeTicks {
  stepMs: number;
  values: number[];
}

/**
 * Round UTC instants between `min` and `max` (ms), at most `countMax` of them, at the finest step that fits.
 */
export function timeTicks(min: number, max: number, countMax: number): TimeTicks {
  const limit = Math.max(2, countMax);
  const fits = (step: number) => (max - min) / step <= limit - 1;
  const stepMs = STEPS_MS.find(fits) ?? Math.ceil((max - min) / (limit - 1) / DAY_MS) * DAY_MS;
  const offset = stepMs >= 7 * DAY_MS ? MONDAY_MS : 0;
  const values: number[] = [];
  for (let at = Math.ceil((min - offset) / stepMs) * stepMs + offset; at <= max; at += stepMs)
    values.push(at);
  return { stepMs, values };
}

const timeOfDay = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

/** "14:30" within a day, "21 Nov" for days and at midnight. */
export function timeTickLabel(at: number, stepMs: number): string {
  const isDay = stepMs >= DAY_MS || at % DAY_MS === 0;
  return isDay ? dayMonth(at) : timeOfDay.format(at);
}

/** The heading of a tooltip: the day, and the time if the bucket is shorter than a day. */
export function timeTitle(at: number, withTime: boolean): string {
  const day: Intl.DateTimeFormatOptions = {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  };
  return new Date(at).toLocaleString(
    LOCALE,
    withTime ? { ...day, hour: "2-digit", minute: "2-digit" } : { ...day, year: "numeric" },
  );
}
