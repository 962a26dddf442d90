/** A named way to make an integer of a real number. */
export type Rounding = (value: number) => number;

/** -0 equals 0 but prints and hashes differently: results never hold it. */
function plainZero(value: number): number {
  return value === 0 ? 0 : value;
}

/**
 * To the nearest integer, ties to the even one: no drift when many amounts are added.
 *
 * @example
 * halfEven(2.5) // 2
 * halfEven(3.5) // 4
 */
export const halfEven: Rounding = (value) => {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest < 0.5) return plainZero(below);
  if (rest > 0.5) return plainZero(below + 1);
  return plainZero(below % 2 === 0 ? below : below + 1);
};

/**
 * The quotient of two BigInts rounded half-even; `denominator` > 0.
 *
 * @example
 * divideHalfEven(15n, 10n) // 2n
 * divideHalfEven(-5n, 10n) // 0n
 */
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

/**
 * amount × multiplier / divisor, rounded; all integers, amount ≥ 0. Exact for every amount below 10^12 and factors
 * below 10^6 whose result is a safe integer: the amount is split at the divisor, so that every intermediate product is a
 * safe integer too. (A factor of 1.05 would not be exact: as a double it is not 105/100.)
 *
 * @throws RangeError when the result would not be a safe integer.
 *
 * @example
 * scaleMinor(1990, 10_000, 11_900) // 1672
 */
export function scaleMinor(
  amount: number,
  multiplier: number,
  divisor: number,
  rounding: Rounding = halfEven,
): number {
  const whole = Math.floor(amount / divisor);
  const rest = (amount - whole * divisor) * multiplier;
  const restWhole = Math.floor(rest / divisor);
  const base = whole * multiplier + restWhole;
  if (!(base < Number.MAX_SAFE_INTEGER)) throw new RangeError(`${amount} × ${multiplier} / ${divisor}`);
  // The rest is a fraction below one. Whether a tie goes up depends on the base's parity.
  const fraction = (rest - restWhole * divisor) / divisor;
  const parity = base % 2;
  return base - parity + rounding(parity + fraction);
}

/**
 * A share such as 0.05 in whole basis points (hundredths of a percent).
 *
 * @example
 * basisPoints(0.05) // 500
 */
export function basisPoints(share: number): number {
  return Math.round(share * 10_000);
}
