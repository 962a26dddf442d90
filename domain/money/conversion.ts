import { currencyExponent } from "./currency.ts";
import { divideHalfEven } from "./rounding.ts";

const RATE_DECIMALS = 10;
const RATE_SCALE = 10n ** BigInt(RATE_DECIMALS);
const RATE = /^(\d{1,12})(?:\.(\d{1,20}))?$/;

/**
 * An exchange rate as an integer of 10^-10, from its decimal string ("1.0842"). Further decimals are rounded
 * half-even.
 * @throws RangeError unless the text is a positive decimal number.
 */
export function parseRate(rate: string): bigint {
  const match = RATE.exec(rate.trim());
  if (!match) throw new RangeError(`"${rate.slice(0, 40)}" is not an exchange rate`);
  const decimals = match[2] ?? "";
  const scaled = BigInt(`${match[1]}${decimals}`) * RATE_SCALE;
  const value = divideHalfEven(scaled, 10n ** BigInt(decimals.length));
  if (value <= 0n) throw new RangeError("an exchange rate is positive");
  return value;
}

/**
 * Converts minor units of one currency into minor units of another, rounded half-even once at the end.
 * `rate`: decimal string, units of `to` per unit of `from`.
 * @throws RangeError on an unknown currency, a bad rate, or a result beyond the safe integers.
 */
export function convertMinor(minor: number, from: string, to: string, rate: string): number {
  if (from === to) return minor;
  const numerator = BigInt(minor) * parseRate(rate) * 10n ** BigInt(currencyExponent(to));
  const denominator = RATE_SCALE * 10n ** BigInt(currencyExponent(from));
  const converted = Number(divideHalfEven(numerator, denominator));
  if (!Number.isSafeInteger(converted)) throw new RangeError("the converted amount is too large");
  return converted;
}
