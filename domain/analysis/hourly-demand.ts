/** Weight of the newest hour for a span of four: 2 / (4 + 1). */
const EWM_WEIGHT = 0.4;
const TREND_HOURS = 4;
const DAMPING = 0.85;
const HOURS_AHEAD = 6;

/**
 * The next six hours by an exponentially weighted mean (span 4) with a damped trend:
 * f_k = max(0, mean + trend · k · 0.85^k), the trend being the mean of the mean's last four changes.
 * It is a yardstick: what a simple method would say.
 *
 * @example hours that sold 0, 0, 0, 0, 10 // mean 4, trend 1, so 4.85, 5.445, 5.842, 6.088, 6.219, 6.263
 */
export function ewmForecast(units: readonly number[]): number[] {
  if (units.length === 0) return [];
  const means: number[] = [units[0]!];
  for (const value of units.slice(1)) means.push(EWM_WEIGHT * value + (1 - EWM_WEIGHT) * means.at(-1)!);
  const changes = means.slice(1).map((mean, i) => mean - means[i]!);
  const last = changes.slice(-TREND_HOURS);
  const trend = last.length === 0 ? 0 : last.reduce((sum, change) => sum + change, 0) / last.length;
  const mean = means.at(-1)!;
  return Array.from({ length: HOURS_AHEAD }, (_, i) =>
    Math.max(0, mean + trend * (i + 1) * DAMPING ** (i + 1)),
  );
}

/** The mean of the last `hours` values up to each; fewer at the beginning. */
export function movingAverage(values: readonly number[], hours: number): number[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (i >= hours ? values[i - hours]! : 0);
    return sum / Math.min(i + 1, hours);
  });
}

/**
 * How uneven demand is: standard deviation over mean; null where nothing was sold.
 *
 * @example variation([2, 4, 4, 4, 5, 5, 7, 9]) // 0.4: mean 5, population standard deviation 2
 */
export function variation(values: readonly number[]): number | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (!(mean > 0)) return null;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) / mean;
}

/** What forecasts got wrong on the days that are known: mean absolute error, and the same as a share of what sold. */
export interface ForecastScore {
  days: number;
  mae: number | null;
  wape: number | null;
}

/** Scores forecasts against what sold. */
export function scoreForecasts(pairs: readonly { actual: number; forecast: number }[]): ForecastScore {
  const days = pairs.length;
  if (days === 0) return { days, mae: null, wape: null };
  const error = pairs.reduce((sum, { actual, forecast }) => sum + Math.abs(actual - forecast), 0);
  const sold = pairs.reduce((sum, { actual }) => sum + actual, 0);
  return { days, mae: error / days, wape: sold > 0 ? error / sold : null };
}
