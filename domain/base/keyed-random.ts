import { normalQuantileFast } from "./normal.ts";

/**
 * Keyed pseudo-random numbers: every draw is a pure function of its integer key, so it does not depend on
 * the order of evaluation, on sharding or on the runtime, and no generator state has to be kept.
 */

/** Folds one 32-bit integer into a hash (multiply / xor-shift finaliser, as in MurmurHash3's fmix32). */
export function mix(hash: number, part: number): number {
  let h = Math.imul(hash ^ part, 0x9e3779b1);
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca77);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae3d);
  h ^= h >>> 16;
  return h >>> 0;
}

/**
 * Hash of a sequence of integers, as an unsigned 32-bit integer. The empty key is the seed constant.
 *
 * @example
 * key(7, 1) // 3238217800
 */
export function key(...parts: number[]): number {
  let h = 0x243f6a88;
  for (let i = 0; i < parts.length; i++) h = mix(h, parts[i]! | 0);
  return h;
}

/** 53-bit uniform in (0, 1) from a 32-bit hash. */
export function uniformOf(hash: number): number {
  const low = mix(hash, 0x1234567);
  return ((hash >>> 5) * 67108864 + (low >>> 6) + 0.5) / 9007199254740992;
}

/**
 * Uniform draw in (0, 1), never 0 or 1.
 *
 * @example
 * uniform(7, 1) // 0.753956
 */
export function uniform(...parts: number[]): number {
  return uniformOf(key(...parts));
}

/**
 * Standard normal draw by inversion of the keyed uniform.
 *
 * @example
 * normal(7, 1) // 0.686993
 */
export function normal(...parts: number[]): number {
  return normalQuantileFast(uniformOf(key(...parts)));
}

const BOOST_KEY = 991;

/**
 * Gamma(shape, scale 1) draw, shape > 0, by Marsaglia and Tsang (2000), ACM TOMS 26(3). Trial j uses the keys
 * 2j+1 (normal) and 2j+2 (uniform); shapes below 1 are boosted by U^(1/shape).
 *
 * @example
 * gamma(2, 7, 1) // 2.580689
 */
export function gamma(shape: number, ...parts: number[]): number {
  if (!(shape > 0)) throw new RangeError(`gamma shape must be positive, got ${shape}`);
  const root = key(...parts);
  if (shape < 1) return gammaFrom(root, shape + 1) * uniformOf(mix(root, BOOST_KEY)) ** (1 / shape);
  return gammaFrom(root, shape);
}

function gammaFrom(root: number, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (let j = 0; ; j++) {
    const x = normalQuantileFast(uniformOf(mix(root, 2 * j + 1)));
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = uniformOf(mix(root, 2 * j + 2));
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

const POISSON_NORMAL_MEAN = 500;

/**
 * Poisson(mean) quantile at the uniform u: inversion by sequential search, above a mean of 500 the rounded
 * normal approximation. A common u across policies gives common random numbers.
 *
 * @example
 * poisson(2, 0.5) // 2
 * poisson(2, 0.9) // 4
 */
export function poisson(mean: number, u: number): number {
  if (!(mean >= 0)) throw new RangeError(`Poisson mean must be non-negative, got ${mean}`);
  if (mean > POISSON_NORMAL_MEAN) {
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normalQuantileFast(u)));
  }
  let probability = Math.exp(-mean);
  let cumulative = probability;
  let k = 0;
  while (u > cumulative && k < 10_000) {
    k++;
    probability *= mean / k;
    cumulative += probability;
  }
  return k;
}
