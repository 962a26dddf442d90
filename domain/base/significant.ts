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

function significant(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
  if (Array.isArray(value)) return value.map(significant);
  if (typeof value !== "object" || value === null) return value;
  const rounded: Record<string, unknown> = {};
  for (const name in value) rounded[name] = significant((value as Record<string, unknown>)[name]);
  return rounded;
}
