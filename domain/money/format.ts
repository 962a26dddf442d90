import { currencyExponent } from "./currency.ts";

/**
 * Integer minor units as a decimal string with the currency's decimals: 12990 EUR is "129.90", 1299 JPY is
 * "1299", 1299 KWD is "1.299". Negative amounts (differences) carry a minus sign.
 * @throws RangeError unless `minor` is a safe integer and the currency is known.
 */
export function formatMinor(minor: number, currency: string): string {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${minor} is not a whole number of minor units`);
  const exponent = currencyExponent(currency);
  const sign = minor < 0 ? "-" : "";
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  if (exponent === 0) return `${sign}${digits}`;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** An amount with its currency, for sentences: "129.90 EUR". */
export function formatMoney(minor: number, currency: string): string {
  return `${formatMinor(minor, currency)} ${currency}`;
}
