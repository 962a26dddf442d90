/** Simple exponential smoothing: weight of the newest error, and the level after each observation. */
export interface SimpleSmoothing {
  alpha: number;
  /** levels[t] = level after t observations; levels[0] is the initial level */
  levels: Float64Array;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
const MIN_ALPHA = 0.01;
const MAX_ALPHA = 0.99;

/**
 * Level = level + α·error, started at the mean of the first three values; α in [0.01, 0.99] minimises the
 * squared one-step errors.
 */
export function fitSimpleSmoothing(series: Float64Array): SimpleSmoothing {
  const started = Math.min(3, series.length);
  let initial = 0;
  for (let t = 0; t < started; t++) initial += series[t]! / started;

  const squaredErrors = (alpha: number) => {
    let level = initial;
    let sum = 0;
    for (const value of series) {
      const error = value - level;
      sum += error * error;
      level += alpha * error;
    }
    return sum;
  };

  const alpha = goldenSection(squaredErrors, MIN_ALPHA, MAX_ALPHA, 16);
  const levels = new Float64Array(series.length + 1);
  levels[0] = initial;
  for (let t = 0; t < series.length; t++) levels[t + 1] = levels[t]! + alpha * (series[t]! - levels[t]!);
  return { alpha, levels };
}

function goldenSection(
  objective: (x: number) => number,
  from: number,
  to: number,
  iterations: number,
): number {
  let low = from;
  let high = to;
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let atLeft = objective(left);
  let atRight = objective(right);
  for (let i = 0; i < iterations; i++) {
    if (atLeft < atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - GOLDEN * (high - low);
      atLeft = objective(left);
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + GOLDEN * (high - low);
      atRight = objective(right);
    }
  }
  return (low + high) / 2;
}
