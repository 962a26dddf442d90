/**
 * A fitted model of a series without seasonality. `origin` is the number of leading observations the
 * forecaster has seen (1..n); the parameters stay those fitted on the whole series, the state is the one
 * after `origin` observations, so that `forecast(n, h)` is the forecast and earlier origins give the
 * multi-step errors the intervals are built from.
 */
export interface FittedTrend {
  forecast(origin: number, horizon: number): Float64Array;
}

/** Fits a model to at least three finite values. */
export type TrendModel = (series: Float64Array) => FittedTrend;

/**
 * The same model on ln y, for strictly positive series: trends and errors become multiplicative.
 * Forecasts are medians (exp of the log forecast), not means. A step at most doubles or halves the value: the
 * exponent of a runaway trend would otherwise leave the range of numbers.
 */
export function onLogScale(model: TrendModel): TrendModel {
  return (series) => {
    const logs = series.map(Math.log);
    const fitted = model(logs);
    return {
      forecast(origin, horizon) {
        const last = logs[origin - 1]!;
        const path = fitted.forecast(origin, horizon);
        for (let step = 0; step < horizon; step++) {
          const reach = Math.LN2 * (step + 1);
          path[step] = Math.exp(Math.min(Math.max(path[step]!, last - reach), last + reach));
        }
        return path;
      },
    };
  };
}
