import { lgamma } from "./gamma.ts";

const ITERATIONS_MAX = 10_000;
const EPSILON = 1e-16;
const TINY = 1e-300;

/**
 * Regularised incomplete beta function I_x(a, b), a > 0, b > 0, 0 <= x <= 1: the distribution function of
 * Beta(a, b). Continued fraction of DLMF 8.17.22 by the modified Lentz method.
 */
export function betaI(x: number, a: number, b: number): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1)) {
    throw new RangeError(`betaI needs a, b > 0 and 0 <= x <= 1, got ${x}, ${a}, ${b}`);
  }
  if (x === 0 || x === 1) return x;
  const front = Math.exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return (front * fraction(x, a, b)) / a;
  return 1 - (front * fraction(1 - x, b, a)) / b;
}

/** Upper tail of the negative binomial: P(Y >= count) with the given mean and size k (variance m + m²/k). */
export function negativeBinomialUpperTail(count: number, mean: number, size: number): number {
  if (count <= 0) return 1;
  return betaI(mean / (size + mean), count, size);
}

/** Distribution function of the negative binomial P(Y <= count) with the given mean and size k. */
export function negativeBinomialCdf(count: number, mean: number, size: number): number {
  if (count < 0) return 0;
  return betaI(size / (size + mean), size, Math.floor(count) + 1);
}

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < ITERATIONS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const delta = d * c;
    h *= delta;
    if (Math.abs(delta - 1) < EPSILON * 4) break;
  }
  return h;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
