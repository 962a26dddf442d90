import { isCurrency } from "../base/currency.ts";
import { type MoneyInput, type MoneyResult, parseMinor } from "../base/money.ts";
import { type PriceDoubt, type PriceHints, readPrice } from "./price-text.ts";

/** What each doubt means to somebody who sent the text. */
const SAYS: Readonly<Record<PriceDoubt, string>> = {
  thousands: "could mean thousands or three decimals",
  groups: "is written as no amount is",
  several: "holds more than one number",
  list: "is a price of before, or a recommended one",
  saving: "is what is saved",
  shipping: "is the cost of shipping",
  other: "is another amount than the product's price",
  instalment: "is one of several payments",
  per_unit: "is for a unit of weight, volume or length",
  multi: "is for several pieces",
  number: "is not an amount of money",
  unknown_sign: "has a currency sign that is not known",
};

/** The plain decimal string, which has one reading in every currency. */
const PLAIN = /^\d{1,15}(?:\.\d{1,2})?$/;

/**
 * An amount as a field of a row, a file or a feed holds it, in minor units of `currency`. A text is read as a price text
 * is ("1.299,00 €", "99 ct"), the same in every field. Nothing is guessed: a text that can be read in two ways is
 * `ambiguous`, and one in another currency, or with a sign that is not known, a `currency_mismatch`.
 *
 * @example
 * readAmount("1.299,00 €", "EUR") // { ok: true, minor: 129900 }
 * readAmount("3.350 €", "EUR") // ambiguous: thousands, or three decimals
 */
export function readAmount(
  value: MoneyInput,
  currency: string,
  hints: Omit<PriceHints, "currency"> = {},
): MoneyResult {
  if (typeof value !== "string" || PLAIN.test(value) || !isCurrency(currency))
    return parseMinor(value, currency);
  const reading = readPrice(value, { ...hints, currency });
  const shown = `"${value.slice(0, 60)}"`;
  const doubt = reading.doubts.find((one) => one === "unknown_sign") ?? reading.doubts[0];
  if (reading.currencies.length > 0 && !reading.currencies.includes(currency))
    return refuse("currency_mismatch", `the text is in ${reading.currencies[0]}, expected ${currency}`);
  if (reading.amount === null) return refuse("bad", `${shown} holds no price`);
  if (doubt === "unknown_sign")
    return refuse("currency_mismatch", `${shown} ${SAYS[doubt]}, expected ${currency}`);
  if (doubt !== undefined) return refuse("ambiguous", `${shown} ${SAYS[doubt]}`);
  return parseMinor(reading.amount, currency);
}

/** Whether an amount is zero, as a field holds it: no shipping costs, no fee. */
export function isNothing(value: MoneyInput): boolean {
  if (typeof value === "object") return value.minor === 0;
  if (typeof value === "number") return value === 0;
  return /^\s*0+(\.0+)?\s*$/.test(value) || Number(readPrice(value).amount ?? Number.NaN) === 0;
}

function refuse(code: "ambiguous" | "bad" | "currency_mismatch", message: string): MoneyResult {
  return { ok: false, code, message };
}
