/** From here on a number is milliseconds; below, seconds (1e12 s would be the year 33,658). */
const MILLISECONDS_FROM = 1e12;
/** No shop's feed is older than this: smaller numbers are mistakes. */
const EARLIEST = Date.UTC(1995, 0, 1);
/** The furthest instant a Date can hold. */
const LATEST = 8.64e15;

const ISO_INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(Z|z|[+-]\d\d:?\d\d)$/;
const ISO_DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * An instant as the outside sends it, in ms since 1970, or null: ISO-8601 with its zone, or epoch seconds or
 * ms.
 */
export function parseInstant(value: string | number): number | null {
  const ms = typeof value === "number" ? fromNumber(value) : fromIso(value);
  return ms !== null && ms >= EARLIEST && ms <= LATEST ? ms : null;
}

function fromNumber(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return Math.round(value >= MILLISECONDS_FROM ? value : value * 1000);
}

function fromIso(text: string): number | null {
  const match = ISO_INSTANT.exec(text.trim());
  if (!match || !isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))) return null;
  const ms = Date.parse(match[0].replace(" ", "T").replace(",", ".").replace("z", "Z"));
  return Number.isNaN(ms) ? null : ms;
}

/** Start of a civil day `YYYY-MM-DD` as if in UTC, ms, or null if there is no such day. */
export function parseDay(text: string): number | null {
  const match = ISO_DAY.exec(text);
  if (!match || !isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))) return null;
  return Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
