import { dayNumber, dayOfNumber } from "../time/civil-day.ts";

const ZERO = 48;
/** Days before the first of each month of a year that begins in March. */
const BEFORE_MONTH = Array.from({ length: 12 }, (_, month) => Math.floor((153 * month + 2) / 5));
/** A leap day needs a closer look. */
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
 * `dayNumber`, some nanoseconds each: a run asks for hundreds of days of every SKU. Counts in years that begin in March,
 * so that the leap day is the last of its year (Hinnant's days from civil).
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

/** Distinct days remembered: more than a decade. */
const KNOWN_MAX = 4_000;
const known = new Map<number, string>();

/** `dayOfNumber`, remembered: all SKUs of a run have the same few hundred days. */
export function dayName(number: number): string {
  let name = known.get(number);
  if (name !== undefined) return name;
  name = dayOfNumber(number);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(number, name);
  return name;
}
