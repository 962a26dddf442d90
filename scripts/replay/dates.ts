import { DAY_MS } from "../../domain/base/time.ts";

/** A civil day as its number of days since 1970-01-01. */
export type DayNumber = number;

/** The day number of `YYYY-MM-DD`. @throws RangeError if there is no such day. */
export function dayNumber(day: string): DayNumber {
  const ms = Date.parse(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(ms) || dayText(ms / DAY_MS) !== day) {
    throw new RangeError(`${day} is no civil day`);
  }
  return ms / DAY_MS;
}

/** `YYYY-MM-DD` of a day number. */
export function dayText(day: DayNumber): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** A calendar month: its first day and its number of days. */
export interface Month {
  first: DayNumber;
  days: number;
}

const MONTH_PATTERNS = {
  "dd-mm-yyyy": /^\d\d-(?<month>\d\d)-(?<year>\d{4})$/,
  "yyyy-mm-dd": /^(?<year>\d{4})-(?<month>\d\d)-\d\d$/,
  "yyyy-mm": /^(?<year>\d{4})-(?<month>\d\d)$/,
};

/** The calendar month that a date in the given format lies in. @throws RangeError if the text has another format. */
export function monthOf(text: string, format: keyof typeof MONTH_PATTERNS): Month {
  const { year, month } = MONTH_PATTERNS[format].exec(text)?.groups ?? {};
  const number = Number(month);
  if (year === undefined || !(number >= 1 && number <= 12))
    throw new RangeError(`${text} is no date as ${format}`);
  const first = dayNumber(`${year}-${month}-01`);
  const next =
    number === 12 ? `${Number(year) + 1}-01-01` : `${year}-${String(number + 1).padStart(2, "0")}-01`;
  return { first, days: dayNumber(next) - first };
}

/**
 * The whole number of weeks, in days, to be added to every date so that `last` falls on one of the seven days before
 * `today`. Whole weeks keep every date on its day of the week.
 */
export function weekShift(last: DayNumber, today: DayNumber): number {
  return Math.floor((today - 1 - last) / 7) * 7;
}
