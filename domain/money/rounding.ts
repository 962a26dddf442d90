/** A named way to make an integer of a real number. */
export type Rounding = (value: number) => number;

/** -0 compares equal to 0 but prints and hashes differently, so it never leaves this file. */
function plainZero(value: number): number {
  return value === 0 ? 0 : value;
}

/** To the nearest integer, ties to the even one: no drift when many amounts are added. */
export const halfEven: Rounding = (value) => {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest < 0.5) return plainZero(below);
  if (rest > 0.5) return plainZero(below + 1);
  return plainZero(below % 2 === 0 ? below : below + 1);
};

/** To the nearest integer, ties away from zero: the rule of invoices. */
export const halfUp: Rounding = (value) => plainZero(Math.sign(value) * Math.floor(Math.abs(value) + 0.5));

/** Down, towards minus infinity. */
export const floor: Rounding = (value) => plainZero(Math.floor(value));

/** Up, towards plus infinity. */
export const ceil: Rounding = (value) => plainZero(Math.ceil(value));

/** The quotient of two BigInts rounded half-even; `denominator` > 0. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  let below = numerator / denominator;
  let rest = numerator % denominator;
  if (rest < 0n) {
    below -= 1n;
    rest += denominator;
  }
  const twice = 2n * rest;
  if (twice < denominator) return below;
  if (twice > denominator) return below + 1n;
  return below % 2n === 0n ? below : below + 1n;
}
