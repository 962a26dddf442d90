import { fitSimpleSmoothing } from "./simple-smoothing.ts";
import type { FittedTrend } from "./trend-model.ts";

/**
 * The theta method: simple exponential smoothing with half the slope of the least-squares line as drift
 * (Assimakopoulos & Nikolopoulos 2000, IJF 16; in this form Hyndman & Billah 2003, IJF 19(2)).
 */
export function fitTheta(series: Float64Array): FittedTrend {
  const { alpha, levels } = fitSimpleSmoothing(series);
  const drift = leastSquaresSlope(series, series.length) / 2;
  return {
    forecast(origin, horizon) {
      const level = levels[origin]!;
      const lag = (1 - (1 - alpha) ** origin) / alpha;
      const path = new Float64Array(horizon);
      for (let step = 0; step < horizon; step++) path[step] = level + drift * (step + lag);
      return path;
    },
  };
}

/** Slope per step of the straight line through the first `count` values; 0 for a single value. */
export function leastSquaresSlope(series: Float64Array, count: number): number {
  const centre = (count - 1) / 2;
  let mean = 0;
  for (let t = 0; t < count; t++) mean += series[t]! / count;
  let covariance = 0;
  let variance = 0;
  for (let t = 0; t < count; t++) {
    covariance += (t - centre) * (series[t]! - mean);
    variance += (t - centre) ** 2;
  }
  return variance > 0 ? covariance / variance : 0;
}
