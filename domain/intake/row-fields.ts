import { z } from "zod";
import type { MoneyCode, MoneyInput } from "../base/money.ts";
import { MINUTE_MS } from "../base/time.ts";
import type { RowCode, RowVerdict } from "../messages/verdict.ts";
import { isNothing, readAmount } from "../reading/written-amount.ts";

/** Names and ids in posted rows: of SKUs, competitors, warehouses, sessions. */
export const nameField = z.string().trim().normalize("NFC").min(1).max(200);

export const instantField = z
  .union([z.string().max(64), z.number()], "an ISO-8601 instant, epoch seconds or milliseconds")
  .describe("ISO-8601 with its zone, or epoch seconds; from 1e12 on, milliseconds");

export const moneyField = z
  .union(
    [z.string().max(200), z.number(), z.strictObject({ minor: z.number(), currency: z.string().max(16) })],
    "a decimal string, a number, or { minor, currency }",
  )
  .describe('decimal string ("129.90"), what a page shows ("129,90 €"), number, or { minor, currency }');

/** What a row's product is needed for. */
export interface ProductRef {
  /** empty for an event that is about no product */
  sku: string;
  currency: string;
  /** fraction of the net price; not known: a price with or without tax stays as it is */
  taxRate?: number | null;
  /** quantities may have decimals */
  decimals?: boolean;
  /** packs of ours in the one that the price is for; absent: one */
  packFactor?: number | null;
}

/** When a row was received, ms, and from which source. */
export interface PostedBy {
  now: number;
  source: string;
}

/** Clocks differ a little; an instant further ahead is a mistake. */
const FUTURE_TOLERANCE_MS = 5 * MINUTE_MS;

/** From this number on it is milliseconds, below it seconds (1e12 s would be the year 33,658). */
const MILLISECONDS_FROM = 1e12;
/** No feed is older than this: smaller numbers are mistakes. */
const EARLIEST = Date.UTC(1995, 0, 1);
/** Epoch seconds or milliseconds written as text. */
const EPOCH_TEXT = /^\s*\d{9,13}(?:\.\d+)?\s*$/;
/** The furthest instant a Date can hold. */
const LATEST = 8.64e15;

const ISO_INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(Z|z|[+-]\d\d:?\d\d)$/;
const ISO_DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * An instant as it is posted, in ms since 1970: ISO-8601 with its time zone, or epoch seconds or milliseconds. Null if
 * it is neither.
 * @example parseInstant("2026-06-15T14:00:00+02:00") // 1_781_524_800_000
 */
export function parseInstant(value: string | number): number | null {
  const ms =
    typeof value === "number"
      ? fromNumber(value)
      : EPOCH_TEXT.test(value)
        ? fromNumber(Number(value))
        : fromIso(value);
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

/** The form `2026-06-15T12:00:00.000Z`: its length, and the marks between its digits. */
const PLAIN_LENGTH = 24;
const PLAIN_MARKS: readonly (readonly [at: number, code: number])[] = [
  ..."    -  -  T  :  :   .   Z",
].flatMap((mark, at) => (mark === " " ? [] : [[at, mark.charCodeAt(0)] as const]));

/** Reads the form that `toISOString` writes and most senders use; null for anything else. */
function fromPlainIso(text: string): number | null {
  if (text.length !== PLAIN_LENGTH) return null;
  for (const [at, code] of PLAIN_MARKS) if (text.charCodeAt(at) !== code) return null;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const [hour, minute, second] = [digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)];
  // Date.UTC moves the years 0 to 99 into another century; the last days of months are checked elsewhere
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return null;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return null;
  const at = Date.UTC(year, month - 1, day, hour, minute, second, digits(text, 20, 3));
  return Number.isNaN(at) ? null : at;
}

/** The number that `count` digits at a place of a text make, or NaN. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The start of a civil day `YYYY-MM-DD` as if in UTC, ms; null if there is no such day. */
export function parseDay(text: string): number | null {
  const match = ISO_DAY.exec(text);
  if (!match || !isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))) return null;
  return Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** What is said beside a row that goes through. */
export interface RowWarning {
  code: Extract<RowCode, "ignored_field" | "unknown_availability">;
  path: string;
  message: string;
}

/** A row that was read, with what is to be said of it, or the verdict that rejects it. */
export type RowResult<T> =
  | { ok: true; value: T; warnings?: readonly RowWarning[] }
  | { ok: false; verdict: RowVerdict };

/** The warning about a field that was left out because nobody can read it. */
export function ignoredField(path: string, message: string): RowWarning {
  return { code: "ignored_field", path, message: `${message}; the field is ignored` };
}

/** A rejected row. */
export function refuseRow(
  row: number,
  code: RowCode,
  path: string,
  message: string,
): { ok: false; verdict: RowVerdict } {
  return { ok: false, verdict: { row, verdict: "rejected", code, path, message } };
}

/** The row code of an amount that was refused. */
export const ROW_CODE_OF_MONEY = {
  bad: "bad_price",
  ambiguous: "ambiguous_price",
  non_positive: "non_positive_price",
  too_large: "price_too_large",
  unknown_currency: "unknown_currency",
  currency_mismatch: "currency_mismatch",
} as const satisfies Record<MoneyCode, RowCode>;

/** Reads an amount in minor units of the currency; a text has one reading in every field. */
export function readMoney(value: MoneyInput, path: string, currency: string, row: number): RowResult<number> {
  const result = readAmount(value, currency);
  if (result.ok) return { ok: true, value: result.minor };
  return refuseRow(row, ROW_CODE_OF_MONEY[result.code], path, result.message);
}

/** The same where the amount may be nothing, which a price may not. */
export function readMoneyOrNothing(
  value: MoneyInput | undefined,
  path: string,
  currency: string,
  row: number,
): RowResult<number> {
  if (value === undefined || isNothing(value)) return { ok: true, value: 0 };
  return readMoney(value, path, currency, row);
}

/** Reads an instant, which must not lie ahead of `now`; ms. */
export function readInstant(
  value: string | number,
  path: string,
  now: number,
  row: number,
): RowResult<number> {
  const at = parseInstant(value);
  if (at === null) return refuseRow(row, "bad_time", path, `${path} is not an instant with its time zone`);
  if (at > now + FUTURE_TOLERANCE_MS)
    return refuseRow(row, "future_time", path, `${path} is more than five minutes ahead of our clock`);
  return { ok: true, value: at };
}

/** Longest part of a field's name that is shown, since it comes from outside. */
const PATH_MAX = 100;

/** The code for a number like 1e999, which JSON reads as infinite: a bad value rather than a wrong type. */
const CODE_OF_INFINITE: Readonly<Record<string, RowCode>> = {
  price: "bad_price",
  shipping: "bad_price",
  coupon: "bad_price",
  revenue: "bad_price",
  observedAt: "bad_time",
  collectedAt: "bad_time",
  at: "bad_time",
  min: "bad_price",
  avg: "bad_price",
  max: "bad_price",
};

/**
 * Reads a row's form with its schema. `null` and blank texts are absent. An optional field that is wrong costs only
 * itself, with a warning; any other fault becomes the verdict.
 */
export function readForm<T>(schema: z.ZodType<T>, value: unknown, row: number): RowResult<T> {
  const given = withoutNothing(value);
  const result = schema.safeParse(given);
  if (result.success) return { ok: true, value: result.data };
  const { issues } = result.error;
  const needed = issues.find((issue) => !isOptional(schema, issue));
  if (needed !== undefined || typeof given !== "object" || given === null) {
    const { code, path, message } = firstFault(needed ?? issues[0]!, given);
    return refuseRow(row, code, path, message);
  }
  const warnings = issues.map((issue) => {
    const { path, message } = firstFault(issue, given);
    return ignoredField(path, message);
  });
  const dropped = new Set(issues.map(({ path }) => String(path[0])));
  const rest = Object.fromEntries(Object.entries(given).filter(([field]) => !dropped.has(field)));
  const again = readForm(schema, rest, row);
  return again.ok ? { ...again, warnings: [...warnings, ...(again.warnings ?? [])] } : again;
}

/** A row without the fields that say nothing; the same object if there are none. */
function withoutNothing(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value);
  const kept = fields.filter(([, one]) => one !== null && !(typeof one === "string" && one.trim() === ""));
  return kept.length === fields.length ? value : Object.fromEntries(kept);
}

/** Fields without which the rest of a row would mean something else: a fault in one of them is never left out. */
const NEVER_LEFT_OUT: ReadonlySet<string> = new Set([
  ...["sku", "price", "priceText", "currency", "quantity", "period"],
]);

/** Whether the fault is in a field that may be missing. */
function isOptional(schema: z.ZodType, { path, code }: z.core.$ZodIssue): boolean {
  const [field] = path;
  if (
    field === undefined ||
    NEVER_LEFT_OUT.has(String(field)) ||
    code === "unrecognized_keys" ||
    !(schema instanceof z.ZodObject)
  )
    return false;
  const known = (schema.shape as Record<string, z.ZodType | undefined>)[String(field)];
  return known?.safeParse(undefined).success ?? false;
}

function firstFault(
  issue: z.core.$ZodIssue,
  value: unknown,
): { code: RowCode; path: string; message: string } {
  if (issue.code === "unrecognized_keys") {
    const path = [...issue.path, issue.keys[0]!].map(String).join(".").slice(0, PATH_MAX);
    return { code: "unknown_field", path, message: `unknown field ${path}` };
  }
  const path = issue.path.map(String).join(".");
  const found = valueAt(value, issue.path);
  if (issue.path.length > 0 && found === undefined)
    return { code: "missing_field", path, message: `${path} is missing` };
  if (typeof found === "number" && !Number.isFinite(found))
    return { code: CODE_OF_INFINITE[path] ?? "wrong_type", path, message: `${path} is not a finite number` };
  return { code: "wrong_type", path, message: issue.message };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}
