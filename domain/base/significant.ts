/** Digits that a stored measure keeps: a ten-millionth of it is far below what data can tell. */
const DIGITS = 7;

/**
 * The value with its fractions at seven significant digits, as deep as it goes: what is learned then takes half the room.
 * Whole numbers, texts and truth values stay as they are. Plain JSON.
 *
 * @example
 * toSignificant({ mean: -2.431114148446195, rows: 123456789 }); // { mean: -2.431114, rows: 123456789 }
 */
export function toSignificant<T>(value: T): T {
  return significant(value) as T;
}

/** Powers of ten that are exact: a whole number divided by one is the nearest to its decimals. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** The nearest number of so many significant digits: what `toPrecision` says, at a tenth of its cost. */
function rounded(value: number): number {
  if (Number.isInteger(value)) return value;
  const places = DIGITS - 1 - Math.floor(Math.log10(Math.abs(value)));
  const power = POWERS[places];
  return power === undefined ? Number(value.toPrecision(DIGITS)) : Math.round(value * power) / power;
}

function significant(value: unknown): unknown {
  if (typeof value === "number") return rounded(value);
  if (Array.isArray(value)) return value.map(significant);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const name in value) copy[name] = significant((value as Record<string, unknown>)[name]);
  return copy;
}
