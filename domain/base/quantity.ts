/** Decimals that a quantity may have: grams of a kilogram, millimetres of a metre. */
const THOUSANDTHS = 1000;

/**
 * A quantity, or a sum of quantities, in whole thousandths, so that adding up leaves no noise of binary fractions.
 * @example roundQuantity(0.1 + 0.2) // 0.3
 */
export function roundQuantity(quantity: number): number {
  return Number.isInteger(quantity) ? quantity : Math.round(quantity * THOUSANDTHS) / THOUSANDTHS;
}

/** Whether a number has no more than three decimals, but for the noise of binary fractions. */
export function isQuantity(value: number): boolean {
  return Math.abs(value - roundQuantity(value)) <= 1e-9 * Math.max(1, Math.abs(value));
}

/** What a product's quantities are counted in. Pieces are whole; of all others there are parts. */
export const QUANTITY_UNITS = ["piece", "kg", "g", "l", "ml", "m", "cm", "m2", "m3", "h"] as const;
export type QuantityUnit = (typeof QUANTITY_UNITS)[number];

/** Whether quantities in a unit may have decimals; null is pieces. */
export function hasDecimals(unit: QuantityUnit | null): boolean {
  return unit !== null && unit !== "piece";
}
