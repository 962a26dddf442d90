import { nelderMead } from "./nelder-mead.ts";
import { leastSquaresSlope } from "./theta.ts";
import type { FittedTrend } from "./trend-model.ts";

const IMPOSSIBLE = 1e300;
const MIN_DAMPING = 0.8;
const MAX_DAMPING = 0.98;
const START_WINDOW = 10;
/** the initial trend is searched in fifths of the typical step */
const TREND_SHARE = 0.2;

/**
 * Exponential smoothing with a damped additive trend, ETS(A,Ad,N): forecast = level + φ·trend; level =
 * forecast + α·error; trend = φ·trend + β·error, 0 < β ≤ α < 1, 0.80 ≤ φ ≤ 0.98. α, β, φ and the initial
 * level and trend minimise the squared one-step errors.
 * Source: Hyndman, Koehler, Ord & Snyder 2008, Forecasting with Exponential Smoothing, chapter 2.
 */
export function fitDampedTrend(series: Float64Array): FittedTrend {
  const n = series.length;
  const window = Math.min(n, START_WINDOW);
  const slope = leastSquaresSlope(series, window);
  let mean = 0;
  for (let t = 0; t < window; t++) mean += series[t]! / window;
  const level0 = mean - (slope * (window + 1)) / 2;
  let squaredSteps = 0;
  for (let t = 1; t < n; t++) squaredSteps += (series[t]! - series[t - 1]!) ** 2;
  const scale = Math.sqrt(squaredSteps / (n - 1)) || 1;

  const objective = (x: readonly number[]) => {
    const [alpha, beta, phi, dLevel, dTrend] = x as [number, number, number, number, number];
    if (alpha < 0.005 || alpha > 0.995 || beta < 0.0001 || beta > alpha) return IMPOSSIBLE;
    if (phi < MIN_DAMPING || phi > MAX_DAMPING) return IMPOSSIBLE;
    let level = level0 + dLevel * scale;
    let trend = slope + dTrend * TREND_SHARE * scale;
    let sum = 0;
    for (let t = 0; t < n; t++) {
      const forecast = level + phi * trend;
      const error = series[t]! - forecast;
      sum += error * error;
      level = forecast + alpha * error;
      trend = phi * trend + beta * error;
    }
    return sum;
  };
  const best = nelderMead(objective, [0.3, 0.03, 0.93, 0, 0], {
    steps: [0.2, 0.05, -0.05, 0.5, 0.5],
    maxEvaluations: 150,
    tolerance: 1e-4,
  });
  const [alpha, beta, phi, dLevel, dTrend] = best as [number, number, number, number, number];

  const levels = new Float64Array(n + 1);
  const trends = new Float64Array(n + 1);
  levels[0] = level0 + dLevel * scale;
  trends[0] = slope + dTrend * TREND_SHARE * scale;
  for (let t = 0; t < n; t++) {
    const forecast = levels[t]! + phi * trends[t]!;
    const error = series[t]! - forecast;
    levels[t + 1] = forecast + alpha * error;
    trends[t + 1] = phi * trends[t]! + beta * error;
  }

  return {
    forecast(origin, horizon) {
      const path = new Float64Array(horizon);
      let damping = 1;
      let reach = 0;
      for (let step = 0; step < horizon; step++) {
        damping *= phi;
        reach += damping;
        path[step] = levels[origin]! + reach * trends[origin]!;
      }
      return path;
    },
  };
}
