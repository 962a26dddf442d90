const SPAN = 4;
const ALPHA = 2 / (SPAN + 1);
const TREND_STEPS = 4;
const TREND_DAMPING = 0.85;

/**
 * The simple forecast every other one is compared with: exponentially weighted mean of span 4 (weight 0.4,
 * started at the first value), plus k·0.85^k times the mean of its last four changes, never below 0. Missing
 * values are passed over; without any value the forecast is 0.
 */
export function exponentialBaseline(series: readonly number[], horizon: number): number[] {
  const smoothed: number[] = [];
  let level = 0;
  for (const value of series) {
    if (!Number.isFinite(value)) continue;
    level = smoothed.length === 0 ? value : ALPHA * value + (1 - ALPHA) * level;
    smoothed.push(level);
  }
  const steps = Math.min(TREND_STEPS, smoothed.length - 1);
  const trend = steps > 0 ? (level - smoothed[smoothed.length - 1 - steps]!) / steps : 0;
  return Array.from({ length: horizon }, (_, i) =>
    Math.max(0, level + trend * (i + 1) * TREND_DAMPING ** (i + 1)),
  );
}
