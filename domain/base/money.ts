import { currencyExponent, isCurrency } from "./currency.ts";
import { scaleMinor } from "./rounding.ts";

/**
 * Integer minor units as a decimal string with the currency's decimals: 12990 EUR is "129.90", 1299 JPY is
 * "1299", 1299 KWD is "1.299". Negative amounts (differences) carry a minus sign.
 * @throws RangeError unless `minor` is a safe integer and the currency is known.
 *
 * @example
 * formatMinor(12_990, "EUR") // "129.90"
 * formatMinor(1299, "KWD") // "1.299"
 */
export function formatMinor(minor: number, currency: string): string {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${minor} is not a whole number of minor units`);
  const exponent = currencyExponent(currency);
  const sign = minor < 0 ? "-" : "";
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  if (exponent === 0) return `${sign}${digits}`;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/**
 * An amount with its currency, for sentences: "129.90 EUR".
 *
 * @example
 * formatMoney(12_990, "EUR") // "129.90 EUR"
 */
export function formatMoney(minor: number, currency: string): string {
  return `${formatMinor(minor, currency)} ${currency}`;
}

/** Amounts from here on are refused: no retail price is that large, and below it scaling by a rate stays exact. */
export const TOO_LARGE_MINOR = 1_000_000_000_000;

/**
 * Why an amount was refused. `bad`: not a number, NaN or infinite, more decimals than the currency has, or
 * not a whole number of minor units. `non_positive`: zero or less. `too_large`: `TOO_LARGE_MINOR` or more.
 * `ambiguous`: a text that can be read in more than one way.
 */
export type MoneyCode =
  | "bad"
  | "ambiguous"
  | "non_positive"
  | "too_large"
  | "unknown_currency"
  | "currency_mismatch";

export type MoneyResult = { ok: true; minor: number } | { ok: false; code: MoneyCode; message: string };

/** An amount as the outside sends it: decimal string, whole minor units with their currency, or a number. */
export type MoneyInput = string | number | { minor: number; currency: string };

const DECIMAL = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?$/;

function refuse(code: MoneyCode, message: string): MoneyResult {
  return { ok: false, code, message };
}

function checkRange(minor: number): MoneyResult {
  if (minor <= 0) return refuse("non_positive", "the amount must be above zero");
  if (minor >= TOO_LARGE_MINOR) return refuse("too_large", "the amount is too large");
  return { ok: true, minor };
}

function parseDecimal(text: string, currency: string): MoneyResult {
  const match = DECIMAL.exec(text.trim());
  if (!match) return refuse("bad", `"${text.slice(0, 40)}" is not a decimal amount`);
  const exponent = currencyExponent(currency);
  const decimals = (match[3] ?? "").replace(/0+$/, "");
  const whole = (match[2] ?? "").replace(/^0+/, "");
  const negative = match[1] === "-";
  const isZero = whole === "" && decimals === "";
  if (isZero || negative) return refuse("non_positive", "the amount must be above zero");
  if (decimals.length > exponent) {
    return refuse("bad", `${currency} has ${exponent} decimals, "${text.slice(0, 40)}" has more`);
  }
  const digits = `${whole}${decimals.padEnd(exponent, "0")}`;
  if (digits.length > 15) return refuse("too_large", "the amount is too large");
  return checkRange(Number(digits));
}

function parseNumber(value: number, currency: string): MoneyResult {
  if (!Number.isFinite(value)) return refuse("bad", "the amount is not a finite number");
  if (value <= 0) return refuse("non_positive", "the amount must be above zero");
  if (value >= 1e15) return refuse("too_large", "the amount is too large");
  // The shortest text that reads back as this double is what the sender wrote: 129.9 is "129.9", not
  // 129.90000000000001.
  const text = String(value);
  if (text.includes("e")) return refuse("bad", `${text} has more decimals than ${currency}`);
  return parseDecimal(text, currency);
}

/**
 * Reads an amount into integer minor units of `currency`, exactly: nothing is rounded, an amount that is not a
 * whole number of minor units is refused, and so are zero and negative amounts: every price and cost is positive.
 *
 * @example
 * parseMinor("129.90", "EUR") // { ok: true, minor: 12990 }
 */
export function parseMinor(input: MoneyInput, currency: string): MoneyResult {
  if (!isCurrency(currency)) return refuse("unknown_currency", `unknown currency ${currency.slice(0, 10)}`);
  if (typeof input === "string") return parseDecimal(input, currency);
  if (typeof input === "number") return parseNumber(input, currency);
  if (!isCurrency(input.currency)) {
    return refuse("unknown_currency", `unknown currency ${input.currency.slice(0, 10)}`);
  }
  if (input.currency !== currency) {
    return refuse("currency_mismatch", `the amount is in ${input.currency}, expected ${currency}`);
  }
  if (Number.isFinite(input.minor) && input.minor >= TOO_LARGE_MINOR) {
    return refuse("too_large", "the amount is too large");
  }
  if (!Number.isSafeInteger(input.minor)) return refuse("bad", "minor must be a whole number");
  return checkRange(input.minor);
}

/**
 * A decimal amount in minor units, to the nearest: for amounts that are measured with, and may be negative or finer than the
 * currency. What a price is comes from `parseMinor`.
 *
 * @example
 * nearestMinor("-0.40", "EUR") // -40
 */
export function nearestMinor(amount: string, currency: string): number {
  return Math.round(Number(amount) * 10 ** currencyExponent(currency));
}

/**
 * A share as a percentage for sentences, at most two decimals: 0.05 is "5 %".
 *
 * @example
 * formatPercent(0.05) // "5 %"
 */
export function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

const ONE = 10_000;

/**
 * The price without tax of a price with tax. `taxBps` in basis points (1900 = 19 %). Rounded half-even. Going to
 * net and back may change the price by one minor unit, so the price with tax is what is stored.
 *
 * @example
 * netOfGross(1990, 1900) // 1672
 */
export function netOfGross(gross: number, taxBps: number): number {
  return taxBps === 0 ? gross : scaleMinor(gross, ONE, ONE + taxBps);
}

/** Pack factors are exact to this share. */
const FACTOR_UNIT = 1_000_000;

/**
 * The price of one pack of ours, from that of a pack that holds `packs` of ours. Rounded half-even to the minor unit.
 *
 * @example
 * forOnePack(2550, 6) // 425
 */
export function forOnePack(price: number, packs: number): number {
  return packs === 1 ? price : scaleMinor(price, FACTOR_UNIT, Math.round(packs * FACTOR_UNIT));
}

/**
 * The price with tax of a price without. `taxBps` in basis points; rounded half-even.
 *
 * @example
 * grossOfNet(1672, 1900) // 1990
 */
export function grossOfNet(net: number, taxBps: number): number {
  return taxBps === 0 ? net : scaleMinor(net, ONE + taxBps, ONE);
}
