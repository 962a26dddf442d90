import { LOCALE } from "./number.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its largest sensible unit: "12 s", "4 min", "3 h", "2 d". */
export function duration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < MINUTE) return `${Math.floor(length / SECOND)} s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  if (length < 2 * DAY) return `${Math.floor(length / HOUR)} h`;
  return `${Math.floor(length / DAY)} d`;
}

/**
 * How long ago an instant was, seen from `now` (ms): "4 min ago"; a clock slightly ahead counts as "just
 * now".
 */
export function ago(at: string, now: number): string {
  const ms = now - Date.parse(at);
  return ms < 5 * SECOND ? "just now" : `${duration(ms)} ago`;
}

/** How long until an instant: "in 3 h", or "overdue" once it has passed. */
export function until(at: string, now: number): string {
  const ms = Date.parse(at) - now;
  return ms <= 0 ? "overdue" : `in ${duration(ms)}`;
}

const DATE_TIME: Intl.DateTimeFormatOptions = {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
};

/** An instant in the reader's own time zone (or the one given): "21 Nov 2026, 02:40". */
export function dateTime(at: string, timeZone?: string): string {
  return new Date(at).toLocaleString(LOCALE, timeZone ? { ...DATE_TIME, timeZone } : DATE_TIME);
}
