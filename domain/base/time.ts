/** Durations in milliseconds. This day has 24 hours; a civil day may have 23 or 25. */
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

/**
 * The civil day (YYYY-MM-DD) of an instant (ms) in an IANA time zone.
 *
 * @example
 * civilDay(Date.UTC(2026, 5, 30, 23), "Europe/Berlin") // "2026-07-01"
 */
export function civilDay(ms: number, timeZone: string): string {
  return timeZone === "UTC" ? new Date(ms).toISOString().slice(0, 10) : dayFormat(timeZone).format(ms);
}

/**
 * Days since 1970-01-01 of a civil day. @throws RangeError if it is not YYYY-MM-DD
 *
 * @example
 * dayNumber("2026-01-01") // 20454
 */
export function dayNumber(day: string): number {
  const ms = Date.parse(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(ms)) throw new RangeError(`${day} is not a civil day`);
  return ms / DAY_MS;
}

/**
 * The civil day of a day number.
 *
 * @example
 * dayOfNumber(20_454) // "2026-01-01"
 */
export function dayOfNumber(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** The same for many rows that have the same few hundred days: each is named once. */
export function dayNames(): (number: number) => string {
  const names = new Map<number, string>();
  return (number) => {
    const name = names.get(number) ?? dayOfNumber(number);
    names.set(number, name);
    return name;
  };
}

/**
 * The instant (ms) at which a civil day begins in a time zone: the first at which its clocks show that day, so that a
 * day is 23 or 25 hours long where the clocks change.
 *
 * @example
 * new Date(dayStart("2026-03-29", "Europe/Berlin")).toISOString() // "2026-03-28T23:00:00.000Z"
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

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a time zone show at an instant (ms), as the instant at which those of UTC show it. */
function wallClock(ms: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (!clock) {
    const two = "2-digit";
    clock = new Intl.DateTimeFormat("en-US", {
      ...{
        timeZone,
        hourCycle: "h23",
        year: "numeric",
        month: two,
        day: two,
        hour: two,
        minute: two,
        second: two,
      },
    });
    clocks.set(timeZone, clock);
  }
  const shown = new Map(clock.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const [year, month, day] = [shown.get("year")!, shown.get("month")!, shown.get("day")!];
  const [hour, minute, second] = [shown.get("hour")!, shown.get("minute")!, shown.get("second")!];
  const fraction = ((ms % SECOND_MS) + SECOND_MS) % SECOND_MS;
  return Date.UTC(year, month - 1, day, hour, minute, second) + fraction;
}

/**
 * The instant (ms) so many civil days before another, at the same time by the clocks of a time zone. Where they show that
 * time twice the first one; where they skip it the instant that makes the period no shorter.
 *
 * @example
 * new Date(civilDaysBefore(Date.UTC(2027, 10, 10, 23), 30, "Europe/Berlin")).toISOString() // "2027-10-11T22:00:00.000Z"
 */
export function civilDaysBefore(ms: number, days: number, timeZone: string): number {
  const wanted = wallClock(ms, timeZone) - days * DAY_MS;
  const offset = (at: number) => wallClock(at, timeZone) - at;
  // offsets do not change twice within two days
  const possible = [wanted - offset(wanted - DAY_MS), wanted - offset(wanted + DAY_MS)];
  const shown = possible.filter((at) => wallClock(at, timeZone) === wanted);
  return Math.min(...(shown.length > 0 ? shown : possible));
}

const ZERO = 48;
/** Days before the first of each month of a year that begins in March. */
const BEFORE_MONTH = Array.from({ length: 12 }, (_, month) => Math.floor((153 * month + 2) / 5));
/** 29 February is left to `dayNumber`, which knows leap years. */
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function digits(day: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = day.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = 10 * value + digit;
  }
  return value;
}

/**
 * `dayNumber` in a few nanoseconds: a run asks for hundreds of days of every SKU. Counts in years that begin in March,
 * so that the leap day is the last of its year (Hinnant's days from civil).
 *
 * @example
 * dayIndex("2026-01-01") // 20454
 */
export function dayIndex(day: string): number {
  const year = digits(day, 0, 4);
  const month = digits(day, 5, 2);
  const date = digits(day, 8, 2);
  const isPlain = day.length === 10 && day[4] === "-" && day[7] === "-" && year >= 1600;
  if (!(isPlain && date >= 1 && date <= MONTH_DAYS[month - 1]!)) return dayNumber(day);
  const from = month < 3 ? year - 1 : year;
  const leaps = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  return 365 * from + leaps + BEFORE_MONTH[(month + 9) % 12]! + date - 1 - 719_468;
}
