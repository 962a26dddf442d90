import { nearestMinor, parseMinor } from "../base/money.ts";

/**
 * A decimal amount as a store writes it, in minor units; zero too, which our own prices never are. More decimals than the
 * currency has are rounded: a store keeps them where its prices are without tax. Null if it is not a number.
 *
 * @example
 * minorOf("12.9", "EUR") // 1290
 * minorOf("0.00", "EUR") // 0
 */
export function minorOf(text: string, currency: string): number | null {
  const exact = parseMinor(text, currency);
  if (exact.ok) return exact.minor;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return null;
  return nearestMinor(text, currency);
}
