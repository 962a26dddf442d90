import { civilDay, DAY_MS, dayNumber, dayOfNumber, dayStart, HOUR_MS, MINUTE_MS } from "../../base/time.ts";
import type { AlertRule, QuietHours } from "./rule.ts";

/** When a daily digest is sent, by the clock of the install. */
const DAILY_AT = "08:00";

/** The instant (ms) until which an alert of a rule waits, to be told of with others; null = it is sent now. */
export function heldUntil(
  { quietHours, digest }: Pick<AlertRule, "quietHours" | "digest">,
  now: number,
  timeZone: string,
): number | null {
  const due =
    digest === "hourly"
      ? Math.floor(now / HOUR_MS + 1) * HOUR_MS
      : digest === "daily"
        ? nextAt(DAILY_AT, now, timeZone)
        : now;
  const until = quietHours === null ? due : quietEnd(quietHours, due, timeZone);
  return until > now ? until : null;
}

/**
 * The end of the quiet hours that an instant lies in; the instant itself if it lies in none.
 *
 * @example
 * quietEnd({ from: "22:00", to: "07:00" }, Date.UTC(2026, 0, 1, 23), "UTC") // Date.UTC(2026, 0, 2, 7)
 */
export function quietEnd({ from, to }: QuietHours, at: number, timeZone: string): number {
  const minute = Math.floor((at - dayStart(civilDay(at, timeZone), timeZone)) / MINUTE_MS);
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const isQuiet = start <= end ? minute >= start && minute < end : minute >= start || minute < end;
  return isQuiet ? nextAt(to, at, timeZone) : at;
}

/** The next instant after `at` at which the clocks show this time. A day on which they change is off by an hour. */
function nextAt(time: string, at: number, timeZone: string): number {
  const today = civilDay(at, timeZone);
  const inDay = minutesOf(time) * MINUTE_MS;
  const next = dayStart(today, timeZone) + inDay;
  return next > at ? next : dayStart(dayOfNumber(dayNumber(today) + 1), timeZone) + inDay;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number) as [number, number];
  return (hours * HOUR_MS) / MINUTE_MS + minutes;
}

/** How many alerts a channel has had one by one since an hour began. */
export interface HourCount {
  /** ms */
  since: number;
  count: number;
}

/** Counts one more alert of a channel; beyond `perHour` in an hour it waits for the end of that hour. */
export function countInHour(
  hour: HourCount | undefined,
  perHour: number,
  now: number,
): { hour: HourCount; heldUntil: number | null } {
  const current = hour === undefined || now - hour.since >= HOUR_MS ? { since: now, count: 0 } : hour;
  if (current.count >= perHour) return { hour: current, heldUntil: current.since + HOUR_MS };
  return { hour: { ...current, count: current.count + 1 }, heldUntil: null };
}

/** Whether a time of the day is written as `22:00`. */
export const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

/** How long what was last told of is remembered: longer than any cool-down. */
export const REMEMBER_MS = 30 * DAY_MS;
