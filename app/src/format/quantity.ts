import type { QuantityUnit } from "../../../domain/base/quantity.ts";
import { fixed, number, signed } from "./number.ts";

const NARROW_NBSP = "\u202f";
const SIGNS: Partial<Record<QuantityUnit, string>> = { m2: "m²", m3: "m³" };

/** Whether something is sold by the piece, so that its quantities need no unit. */
function isPieces(unit: QuantityUnit | undefined): unit is "piece" | undefined {
  return unit === undefined || unit === "piece";
}

/** What quantities are counted in, as a word of a sentence or a title: "units", or "kg" and the like. */
export function unitWord(unit: QuantityUnit | undefined): string {
  return isPieces(unit) ? "units" : (SIGNS[unit] ?? unit);
}

/** The same at the beginning of a sentence or title. */
export function unitTitle(unit: QuantityUnit | undefined): string {
  return isPieces(unit) ? "Units" : unitWord(unit);
}

/**
 * A quantity with its unit; pieces have none. Parts of a unit show two decimals at least.
 *
 * @example quantity(9.654, "kg") // "9.65 kg"
 * @example quantity(12) // "12"
 * @example quantity(11, undefined, 1) // "11.0"
 */
export function quantity(value: number, unit?: QuantityUnit, digits = 0): string {
  return isPieces(unit)
    ? digits > 0
      ? fixed(value, digits)
      : number(value)
    : `${number(value, Math.max(digits, 2))}${NARROW_NBSP}${unitWord(unit)}`;
}

/** A difference of quantities, always with its sign. */
export function quantityDelta(value: number, unit: QuantityUnit | undefined, digits = 0): string {
  const text = signed(value, digits);
  return isPieces(unit) ? text : `${text}${NARROW_NBSP}${unitWord(unit)}`;
}
