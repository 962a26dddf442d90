/** Mean and variance of a local level at each time. */
export interface LevelPath {
  mean: Float64Array;
  variance: Float64Array;
}

const DIFFUSE_VARIANCE = 1e6;

/**
 * Kalman filter of the local level model y_t = l_t + N(0, noise), l_t = l_{t-1} + N(0, drift·elapsed),
 * diffuse start (Durbin and Koopman 2012, section 2.2). `elapsed[t]` is the time since the previous value.
 */
export function filterLevel(
  y: ArrayLike<number>,
  elapsed: ArrayLike<number>,
  drift: number,
  noise: number,
): LevelPath {
  const mean = new Float64Array(y.length);
  const variance = new Float64Array(y.length);
  let level = y[0] ?? 0;
  let spread = DIFFUSE_VARIANCE;
  for (let t = 0; t < y.length; t++) {
    if (t > 0) spread += drift * elapsed[t]!;
    const gain = spread / (spread + noise);
    level += gain * (y[t]! - level);
    spread *= 1 - gain;
    mean[t] = level;
    variance[t] = spread;
  }
  return { mean, variance };
}

/** The same given all values: fixed-interval smoother of Rauch, Tung and Striebel (1965). */
export function smoothLevel(
  y: ArrayLike<number>,
  elapsed: ArrayLike<number>,
  drift: number,
  noise: number,
): LevelPath {
  const { mean, variance } = filterLevel(y, elapsed, drift, noise);
  for (let t = y.length - 2; t >= 0; t--) {
    const predicted = variance[t]! + drift * elapsed[t + 1]!;
    const gain = variance[t]! / predicted;
    mean[t]! += gain * (mean[t + 1]! - mean[t]!);
    variance[t]! += gain * gain * (variance[t + 1]! - predicted);
  }
  return { mean, variance };
}
