import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../domain/base/time.ts";
import { LOCALE, number } from "./number.ts";

/** A length of time in its largest sensible unit: "12 s", "4 min", "3 h", "2 d". */
export function duration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < MINUTE_MS) return `${Math.floor(length / SECOND_MS)} s`;
  if (length < HOUR_MS) return `${Math.floor(length / MINUTE_MS)} min`;
  if (length < 2 * DAY_MS) return `${Math.floor(length / HOUR_MS)} h`;
  return `${Math.floor(length / DAY_MS)} d`;
}

/** How long a stock lasts: hours while they are few, days then, a dash where that is not known. */
export function lasts(hours: number | null): string {
  if (hours === null) return "–";
  return hours < 72 ? `${number(hours)} h` : `${number((hours * HOUR_MS) / DAY_MS)} d`;
}

/** How long ago an instant was, seen from `now` (ms): "4 min ago". Less than 5 s, or a clock ahead, is "just now". */
export function ago(at: string, now: number): string {
  const ms = now - Date.parse(at);
  return ms < 5 * SECOND_MS ? "just now" : `${duration(ms)} ago`;
}

/** How long until an instant: "in 3 h", or "overdue" once it has passed. */
export function until(at: string, now: number): string {
  const ms = Date.parse(at) - now;
  return ms <= 0 ? "overdue" : `in ${duration(ms)}`;
}

const dayFormat = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", timeZone: "UTC" });

/** A civil day on the axis of a chart: "2026-11-21", or its instant in ms, is "21 Nov". */
export function dayMonth(day: string | number): string {
  return dayFormat.format(new Date(day));
}

/** A civil day: "2026-11-21" is "21 Nov 2026". */
export function dayText(day: string): string {
  return `${dayMonth(day)} ${day.slice(0, 4)}`;
}

const DATE_TIME: Intl.DateTimeFormatOptions = {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
};

/** Made once: a list shows hundreds of instants. */
const inOwnZone = new Intl.DateTimeFormat(LOCALE, DATE_TIME);

/** An instant in the reader's own time zone (or the one given): "21 Nov 2026, 02:40". */
export function dateTime(at: string, timeZone?: string): string {
  if (timeZone === undefined) return inOwnZone.format(new Date(at));
  return new Date(at).toLocaleString(LOCALE, { ...DATE_TIME, timeZone });
}

/** An hour of the day of UTC by the reader's clock: 13 is "14:00" in Berlin in winter. */
export function hourOfDay(hour: number): string {
  const at = new Date();
  at.setUTCHours(hour, 0, 0, 0);
  return at.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });
}
