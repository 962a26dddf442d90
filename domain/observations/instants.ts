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
  const plain = fromPlainIso(text);
  if (plain !== null) return plain;
  const match = ISO_INSTANT.exec(text.trim());
  if (!match || !isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))) return null;
  const ms = Date.parse(match[0].replace(" ", "T").replace(",", ".").replace("z", "Z"));
  return Number.isNaN(ms) ? null : ms;
}

/** Where the digits of `2026-06-15T12:00:00.000Z` stand, and what stands between them. */
const PLAIN_LENGTH = 24;
const PLAIN_MARKS: readonly (readonly [at: number, code: number])[] = [
  ..."    -  -  T  :  :   .   Z",
].flatMap((mark, at) => (mark === " " ? [] : [[at, mark.charCodeAt(0)] as const]));

/** The form that `toISOString` writes, which most senders use; null for any other, and for what is no instant. */
function fromPlainIso(text: string): number | null {
  if (text.length !== PLAIN_LENGTH) return null;
  for (const [at, code] of PLAIN_MARKS) if (text.charCodeAt(at) !== code) return null;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const [hour, minute, second] = [digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)];
  // the first century's years mean another century to Date.UTC; the last days of months are looked up elsewhere
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return null;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return null;
  const at = Date.UTC(year, month - 1, day, hour, minute, second, digits(text, 20, 3));
  return Number.isNaN(at) ? null : at;
}

/** A number of so many digits at a place of a text, or NaN. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
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
