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
  // of the smoothed values only the last few are looked at again
  const recent = new Float64Array(TREND_STEPS + 1);
  let count = 0;
  let level = 0;
  for (let i = 0; i < series.length; i++) {
    const value = series[i]!;
    if (!Number.isFinite(value)) continue;
    level = count === 0 ? value : ALPHA * value + (1 - ALPHA) * level;
    recent[count % recent.length] = level;
    count++;
  }
  const steps = Math.min(TREND_STEPS, count - 1);
  const trend = steps > 0 ? (level - recent[(count - 1 - steps) % recent.length]!) / steps : 0;
  const forecast: number[] = [];
  for (let k = 1; k <= horizon; k++) forecast.push(Math.max(0, level + trend * k * TREND_DAMPING ** k));
  return forecast;
}
