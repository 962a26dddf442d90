import { fitEnsemble } from "./ensemble.ts";
import { errorDeviations } from "./forecast-error.ts";
import { seasonalEffects } from "./seasonal-indices.ts";
import { fillGaps } from "./series-gaps.ts";

type ForecastMethod =
  | "naive"
  | "ensemble"
  | "ensemble with additive season"
  | "ensemble with multiplicative season";

/** One entry per step ahead, in the units of the series. */
export interface SeriesForecast {
  mean: number[];
  lo80: number[];
  hi80: number[];
  lo95: number[];
  hi95: number[];
  method: ForecastMethod;
}

/**
 * Two-sided 80 % and 95 % points of Student's t with 10 degrees of freedom: real errors have heavier tails
 * than the normal.
 */
const T80 = 1.372;
const T95 = 2.228;
/** mean absolute value every series is scaled to, so that cents and euros give the same forecast */
const COMMON_SIZE = 100;
const SMALLEST_SIZE = 1e-300;
const MIN_LENGTH = 5;
const MAX_LENGTH = 1040;
/** values below this share of the mean would be outliers in logarithms */
const MIN_LOG_SHARE = 0.02;
/** a positive series stays above this share of its smallest value */
const FLOOR_SHARE = 0.05;
/** relative standard deviation assumed when a single value is known */
const BLIND_DEVIATION = 0.5;

/**
 * Forecast of a regular series with or without season and trend.
 *
 * `frequency` is the number of observations per cycle (12 monthly, 4 quarterly, 7 daily, 1 none), `horizon`
 * the number of steps ahead. The season is removed by shrunken classical decomposition (multiplicative for
 * strictly positive series), the rest is forecast by an equal-weight ensemble of theta, dynamic theta and
 * damped-trend smoothing in levels and logarithms, and the season is put back. Intervals come from the
 * ensemble's own multi-step errors. Missing values (NaN) are interpolated, trailing ones forecast first; only
 * the last 1,040 values are used. A series that was never negative is never forecast negative. Fewer than
 * five values: the last one, with random-walk intervals.
 *
 * Throws RangeError when no value is finite or when frequency or horizon is not a positive integer.
 */
export function forecast(series: ArrayLike<number>, frequency: number, horizon: number): SeriesForecast {
  if (!Number.isInteger(frequency) || frequency < 1) throw new RangeError(`frequency ${frequency}`);
  if (!Number.isInteger(horizon) || horizon < 1) throw new RangeError(`horizon ${horizon}`);
  const { values, trailing } = fillGaps(series);
  if (values.length === 0) throw new RangeError("a forecast needs at least one finite value");
  const recent = values.subarray(Math.max(0, values.length - MAX_LENGTH));
  const steps = trailing + horizon;
  const size = recent.reduce((sum, value) => sum + Math.abs(value) / recent.length, 0);
  const unit = size > SMALLEST_SIZE ? size / COMMON_SIZE : 1;
  const common = recent.map((value) => value / unit);
  const whole = common.length < MIN_LENGTH ? lastValue(common, steps) : ensemble(common, frequency, steps);
  const inUnits = (path: number[]) => path.slice(trailing).map((value) => value * unit);
  return {
    mean: inUnits(whole.mean),
    lo80: inUnits(whole.lo80),
    hi80: inUnits(whole.hi80),
    lo95: inUnits(whole.lo95),
    hi95: inUnits(whole.hi95),
    method: whole.method,
  };
}

function ensemble(series: Float64Array, frequency: number, horizon: number): SeriesForecast {
  const n = series.length;
  const smallest = series.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const average = series.reduce((sum, value) => sum + value / n, 0);
  const multiplicative = smallest > 0 && smallest >= MIN_LOG_SHARE * average;

  const scaled = multiplicative ? series.map(Math.log) : series;
  const season = seasonalEffects(scaled, frequency);
  const seasonless = scaled.map((value, t) => value - season[t % frequency]!);
  const adjusted = multiplicative ? seasonless.map(Math.exp) : seasonless;

  const fitted = fitEnsemble(adjusted, multiplicative);
  const floor = FLOOR_SHARE * smallest;
  const difference = multiplicative
    ? (actual: number, predicted: number) => Math.log(actual / Math.max(predicted, floor))
    : (actual: number, predicted: number) => actual - predicted;
  const deviations = errorDeviations(fitted, adjusted, horizon, difference);

  const path = fitted.forecast(n, horizon);
  const effect = (step: number) => season[(n + step) % frequency]!;
  const at = multiplicative
    ? (t: number) => (value: number, step: number) =>
        Math.max(value, floor) * Math.exp(effect(step) + t * deviations[step]!)
    : (t: number) => (value: number, step: number) => {
        const shifted = value + effect(step) + t * deviations[step]!;
        return smallest >= 0 ? Math.max(0, shifted) : shifted;
      };
  const hasSeason = season.some((value) => value !== 0);
  return {
    ...bands(path, at),
    method: !hasSeason
      ? "ensemble"
      : multiplicative
        ? "ensemble with multiplicative season"
        : "ensemble with additive season",
  };
}

/**
 * The last value, its error a random walk with the steps seen so far (half the value when there are none).
 */
function lastValue(series: Float64Array, horizon: number): SeriesForecast {
  const n = series.length;
  const last = series[n - 1]!;
  let squared = 0;
  for (let t = 1; t < n; t++) squared += (series[t]! - series[t - 1]!) ** 2 / (n - 1);
  const step = n > 1 ? Math.sqrt(squared) : BLIND_DEVIATION * Math.abs(last);
  const negative = series.some((value) => value < 0);
  const at = (t: number) => (value: number, k: number) => {
    const shifted = value + t * step * Math.sqrt(k + 1);
    return negative ? shifted : Math.max(0, shifted);
  };
  return { ...bands(new Float64Array(horizon).fill(last), at), method: "naive" };
}

type Band = (t: number) => (value: number, step: number) => number;

function bands(path: Float64Array, at: Band): Omit<SeriesForecast, "method"> {
  const values = Array.from(path);
  return {
    mean: values.map(at(0)),
    lo80: values.map(at(-T80)),
    hi80: values.map(at(T80)),
    lo95: values.map(at(-T95)),
    hi95: values.map(at(T95)),
  };
}
