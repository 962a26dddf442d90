import { MINUTE_MS } from "../../../domain/base/time.ts";
import { LOCALE } from "../format/number.ts";

const MINUTE = MINUTE_MS;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS_MS = [
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  56 * DAY,
  91 * DAY,
];

/** 5 January 1970, the first Monday: steps of weeks begin on Mondays. */
const MONDAY_MS = 4 * DAY;

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
  const stepMs = STEPS_MS.find(fits) ?? Math.ceil((max - min) / (limit - 1) / DAY) * DAY;
  const offset = stepMs >= 7 * DAY ? MONDAY_MS : 0;
  const values: number[] = [];
  for (let at = Math.ceil((min - offset) / stepMs) * stepMs + offset; at <= max; at += stepMs)
    values.push(at);
  return { stepMs, values };
}

/** "14:30" within a day, "21 Nov" for days and at midnight. */
export function timeTickLabel(at: number, stepMs: number): string {
  const isDay = stepMs >= DAY || at % DAY === 0;
  return new Date(at).toLocaleString(
    LOCALE,
    isDay
      ? { day: "numeric", month: "short", timeZone: "UTC" }
      : { hour: "2-digit", minute: "2-digit", timeZone: "UTC" },
  );
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
