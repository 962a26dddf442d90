/**
 * Sample quantile with linear interpolation between order statistics (Hyndman and Fan 1996, type 7).
 * Values need not be sorted and are not changed; probability in [0, 1]. Throws on an empty sample.
 *
 * @example
 * quantile([4, 1, 3, 2], 0.25) // 1.75
 */
export function quantile(values: readonly number[], probability: number): number {
  return quantileSorted(
    [...values].sort((a, b) => a - b),
    probability,
  );
}

/** The same for values already in ascending order. */
function quantileSorted(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) throw new RangeError("quantile of an empty sample");
  const position = (sorted.length - 1) * Math.min(1, Math.max(0, probability));
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}

/**
 * Median, the quantile at one half.
 *
 * @example
 * median([4, 1, 3, 2]) // 2.5
 */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Median absolute deviation from the median, unscaled (× 1.4826 estimates a normal's sd).
 *
 * @example
 * medianAbsoluteDeviation([1, 2, 4, 10]) // 1.5
 */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}
