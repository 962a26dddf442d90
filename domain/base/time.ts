/** Durations in milliseconds. Days of these are 24 hours; a civil day may have 23 or 25. */
export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** The civil day (YYYY-MM-DD) of an instant (ms) in an IANA time zone. */
export function civilDay(ms: number, timeZone: string): string {
  return timeZone === "UTC" ? new Date(ms).toISOString().slice(0, 10) : dayFormat(timeZone).format(ms);
}

/** Days since 1970-01-01 of a civil day. @throws RangeError if it is not YYYY-MM-DD */
export function dayNumber(day: string): number {
  const ms = Date.parse(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(ms)) throw new RangeError(`${day} is not a civil day`);
  return ms / DAY_MS;
}

/** The civil day of a day number. */
export function dayOfNumber(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The instant (ms) at which a civil day begins in a time zone: the first at which its clocks show that day, so that a
 * day is 23 or 25 hours long where the clocks change.
 */
export function dayStart(day: string, timeZone: string): number {
  const utc = dayNumber(day) * DAY_MS;
  if (timeZone === "UTC") return utc;
  // zones lie within 14 hours of UTC: the boundary is the only change of day in that span
  let before = utc - 15 * HOUR_MS;
  let after = utc + 15 * HOUR_MS;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (civilDay(middle, timeZone) < day) before = middle;
    else after = middle;
  }
  return after;
}
