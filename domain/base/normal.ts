/** Normal distribution: density, distribution function and its inverse. */

const SQRT2 = Math.SQRT2;
const INV_SQRT_PI = 0.5641895835477563;
const INV_SQRT_2PI = 0.3989422804014327;

/** Beyond it erfc is 0. */
const FARTHEST = 27;
/** exp(-h²) for h in sixteenths: the leading part takes no other value. */
const HEADS = Float64Array.from({ length: 16 * FARTHEST + 1 }, (_, k) => Math.exp(-(k / 16) * (k / 16)));

/** exp(-x²), 0 ≤ x ≤ 27, with x split so that the square is exact in its leading part (Cody 1969, section 3). */
function expMinusSquare(x: number): number {
  const k = Math.trunc(x * 16);
  const head = k / 16;
  return HEADS[k]! * Math.exp(-(x - head) * (x + head));
}

// Rational Chebyshev approximations of W. J. Cody (1969), Math. Comp. 23, 631-637, by Horner's rule. Written out: they
// are evaluated hundreds of times for every forecast.

/** erf(x), |x| ≤ .46875 */
function nearZero(x: number): number {
  const s = x * x;
  const p =
    (((0.18577770618460315 * s + 3.1611237438705655) * s + 113.86415415105016) * s + 377.485237685302) * s +
    3209.3775891384694;
  const q = (((s + 23.601290952344122) * s + 244.02463793444417) * s + 1282.6165260773723) * s;
  return (x * p) / (q + 2844.236833439171);
}

/** numerator of erfc(y)·exp(y²), .46875 ≤ y ≤ 4 */
function middleAbove(y: number): number {
  const high =
    (((2.1531153547440383e-8 * y + 0.5641884969886701) * y + 8.883149794388377) * y + 66.11919063714163) * y +
    298.6351381974001;
  return (
    (((high * y + 881.952221241769) * y + 1712.0476126340707) * y + 2051.0783778260716) * y +
    1230.3393547979972
  );
}

/** denominator of the same */
function middleBelow(y: number): number {
  const high =
    (((y + 15.744926110709835) * y + 117.6939508913125) * y + 537.1811018620099) * y + 1621.3895745666903;
  return (
    (((high * y + 3290.7992357334597) * y + 4362.619090143247) * y + 3439.3676741437216) * y +
    1230.3393548037495
  );
}

/** correction of the asymptotic form in s = 1/y², y ≥ 4 */
function farOut(s: number): number {
  const p =
    ((((0.016315387137302097 * s + 0.30532663496123236) * s + 0.36034489994980445) * s +
      0.12578172611122926) *
      s +
      0.016083785148742275) *
      s +
    6.587491615298378e-4;
  const q =
    ((((s + 2.568520192289822) * s + 1.8729528499234673) * s + 0.5279051029514285) * s +
      0.06051834131244132) *
      s +
    0.0023352049762686918;
  return (s * p) / q;
}

/**
 * Complementary error function 1 - erf(x), relative error about 1e-15 also in the far tail.
 *
 * @example
 * erfc(1) // 0.157299207050285
 */
export function erfc(x: number): number {
  const y = Math.abs(x);
  if (y <= 0.46875) return 1 - nearZero(x);
  let tail: number;
  if (y <= 4) {
    tail = (expMinusSquare(y) * middleAbove(y)) / middleBelow(y);
  } else if (y > FARTHEST) {
    tail = 0;
  } else {
    tail = (expMinusSquare(y) / y) * (INV_SQRT_PI - farOut(1 / (y * y)));
  }
  return x < 0 ? 2 - tail : tail;
}

/**
 * Standard normal density.
 *
 * @example
 * normalDensity(0) // 0.3989422804014327
 */
export function normalDensity(z: number): number {
  return INV_SQRT_2PI * Math.exp(-0.5 * z * z);
}

/**
 * Standard normal distribution function P(Z <= z).
 *
 * @example
 * normalCdf(1.96) // 0.9750021048517795
 */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z / SQRT2);
}

const LOW = 0.02425;

/**
 * Inverse normal distribution function by P. J. Acklam's rational approximation, relative error below 1.2e-9.
 * The unrefined form is what the keyed generator is defined by. p in (0, 1); 0 and 1 give -/+Infinity.
 *
 * @example
 * normalQuantileFast(0.975) // 1.95996399
 */
export function normalQuantileFast(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p < LOW) return tailQuantile(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - LOW) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  const numerator =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const denominator =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (numerator * q) / denominator;
}

function tailQuantile(q: number): number {
  const numerator =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
      q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const denominator =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q +
    1;
  return numerator / denominator;
}

/**
 * Inverse normal distribution function to full precision: Acklam's value and one Halley step.
 *
 * @example
 * normalQuantile(0.975) // 1.959963984540054
 */
export function normalQuantile(p: number): number {
  const z = normalQuantileFast(p);
  if (!Number.isFinite(z)) return z;
  const error = p < 0.5 ? normalCdf(z) - p : 1 - p - normalCdf(-z);
  const u = error / normalDensity(z);
  return z - u / (1 + (z * u) / 2);
}
