import { pageHost } from "../page-address.ts";
import { parseInstant } from "../row-fields.ts";

/** An observation as `POST /api/ingest/observations` takes it; its values are judged later like those of any row. */
export type ObservationDraft = Record<string, unknown>;

/** What the body does not say: when it was received (ISO-8601), and the source that sent it. */
export interface AdapterContext {
  receivedAt: string;
  sourceId: string;
}

/** Reads a body of another system as rows; null if it has another form. */
export type Adapter = (value: unknown, context: AdapterContext) => ObservationDraft[] | null;

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What templates write where they have no value, without the blanks around it: with them, long blanks take for ever. */
const NOTHING = /^(none|null|undefined|nan|n\/a)?$/i;

/** A value that says something: not null, blank, or a template's word for nothing; else undefined. */
export function said(value: unknown): unknown {
  if (value === null || (typeof value === "string" && NOTHING.test(value.trim()))) return undefined;
  return value;
}

/** A text that says something, trimmed; a number as text; else undefined. */
export function textOf(value: unknown): string | undefined {
  const given = typeof value === "number" && Number.isFinite(value) ? String(value) : said(value);
  return typeof given === "string" ? given.trim() : undefined;
}

/** The host of an address without `www.`, by which a shop is known. */
export function hostOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : pageHost(url);
}

/** The row without what says nothing. */
export function draftOf(fields: ObservationDraft): ObservationDraft {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => said(value) !== undefined));
}

/** The value of a JSON-LD property that stands in a list of one, or as a typed literal: `{"@value": "49.90"}`. */
export function literalOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? literalOf(value[0]) : value;
  return isObject(value) && "@value" in value ? value["@value"] : value;
}

/** As HTTP and mail write it: "Sat, 28 Nov 2026 06:37:59 GMT". */
const MAIL_DATE = /^(?:[a-z]{3}, )?\d{1,2} [a-z]{3} \d{4} \d\d:\d\d(?::\d\d)?(?:Z| [+-]\d{4})$/i;
const EPOCH = /^\s*\d{9,13}(?:\.\d+)?\s*$/;

/**
 * When it was seen: an instant as the core takes it, a number or a text. A time without its zone, or a text that is not a
 * time, is replaced by the time of receipt, and the row says so.
 */
export function seenAt(value: unknown, field: string, receivedAt: string): ObservationDraft {
  if (typeof value === "number") return { observedAt: value };
  const text = textOf(value)?.replace(/ (?:UTC|GMT)$/i, "Z");
  if (text === undefined) return { observedAt: receivedAt };
  const mailed = MAIL_DATE.test(text) ? Date.parse(text.replace(/Z$/, " GMT")) : Number.NaN;
  if (!Number.isNaN(mailed)) return { observedAt: mailed };
  if (EPOCH.test(text)) return { observedAt: Number(text) };
  const iso = text.replace(" ", "T");
  if (parseInstant(iso) !== null) return { observedAt: iso };
  return {
    observedAt: receivedAt,
    ignored: { [field]: "not an instant with its zone, so the time of receipt stands" },
  };
}

/** A price as the core takes it: a number, a decimal text, or the text of a page. */
function priceOf(value: unknown): ObservationDraft {
  if (typeof value === "number") return { price: roundedFloat(value) };
  const text = textOf(value);
  if (text === undefined) return {};
  if (!/^\d+(\.\d+)?$/.test(text)) return { priceText: text };
  return { price: text.length > FLOAT_DIGITS ? roundedFloat(Number(text)) : text };
}

/** A binary fraction as languages print it has more digits than any price. */
const FLOAT_DIGITS = 8;
/** Decimals beyond which digits are the noise of a float: no currency has as many. */
const DECIMALS_KEPT = 3;

/**
 * A number without the noise of binary fractions, and without more decimals than cents where it has four or more.
 * @example roundedFloat(46.699999999999996) // 46.7
 * @example roundedFloat(34.992001) // 34.99
 */
function roundedFloat(value: number): number {
  if (!Number.isFinite(value)) return value;
  const decimals = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
  return decimals <= DECIMALS_KEPT ? value : Math.round(value * 100) / 100;
}

/** A currency by its code or its sign, as it stands; signs are read with the price. */
function currencyOf(value: unknown): { currency?: string; sign?: string } {
  const text = textOf(value);
  if (text === undefined) return {};
  return /^[a-z]{3}$/i.test(text) ? { currency: text.toUpperCase() } : { sign: text };
}

/** A price and its currency, which may be a sign: that is then read from the text of both. */
export function pricedAs(price: unknown, currency: unknown): ObservationDraft {
  const given = priceOf(price);
  const { currency: code, sign } = currencyOf(currency);
  if (code !== undefined) return { ...given, currency: code };
  if (sign === undefined || (given.price === undefined && given.priceText === undefined)) return given;
  return { priceText: `${given.priceText ?? given.price} ${sign}` };
}
