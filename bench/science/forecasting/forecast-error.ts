import type { FittedTrend } from "./trend-model.ts";

/**
 * expected growth of the error variance per step, as a share of the one-step variance, and its weight in
 * windows
 */
const PRIOR_GROWTH = 0.3;
const PRIOR_WINDOWS = 2;
/** observations the parameters are worth: in-sample errors are too small by n / (n − 3) */
const PARAMETERS = 3;
const MAX_ORIGINS = 60;

/**
 * Standard deviation of the forecast error for 1..horizon steps, in the units of `difference(actual,
 * forecast)`.
 *
 * Multi-step errors are collected from every origin after the first fifth of the series. Their variance is
 * smoothed to v₁·(1 + g·(k − 1)), g averaged over the steps by the number of windows that do not overlap;
 * then raised by n / (n − 3) for the fitted parameters and by 1 + k/n for the fitted drift (the factor of a
 * random walk with drift: Hyndman & Athanasopoulos 2021, Forecasting: Principles and Practice, section 5.5).
 */
export function errorDeviations(
  fitted: FittedTrend,
  series: Float64Array,
  horizon: number,
  difference: (actual: number, forecast: number) => number,
): Float64Array {
  const n = series.length;
  const squares = new Float64Array(horizon);
  const counts = new Float64Array(horizon);
  const start = Math.min(Math.max(4, Math.floor(n / 5)), n - 1);
  const stride = Math.ceil((n - start) / MAX_ORIGINS);
  for (let origin = n - 1; origin >= start; origin -= stride) {
    const path = fitted.forecast(origin, Math.min(horizon, n - origin));
    for (let step = 0; step < path.length; step++) {
      squares[step]! += difference(series[origin + step]!, path[step]!) ** 2;
      counts[step]!++;
    }
  }

  const oneStep = squares[0]! / counts[0]!;
  let growth = PRIOR_WINDOWS * PRIOR_GROWTH;
  let windows = PRIOR_WINDOWS;
  for (let step = 1; step < horizon && counts[step]! > 0 && oneStep > 0; step++) {
    const separate = (counts[step]! * stride) / (step + 1);
    growth += (separate * (squares[step]! / counts[step]! / oneStep - 1)) / step;
    windows += separate;
  }
  const perStep = Math.max(0, growth / windows);
  const optimism = n / (n - PARAMETERS);
  return squares.map((_, step) =>
    Math.sqrt(oneStep * (1 + perStep * step) * optimism * (1 + (step + 1) / n)),
  );
}
