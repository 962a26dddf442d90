import { countQuantiles } from "./count-distribution.ts";
import type { DemandState } from "./demand-state.ts";
import { dampedTrendEffect, type LocalTrend } from "./local-trend.ts";

interface DailyDemandOptions {
  /** weekday of the first forecast day, 0 = Sunday */
  firstWeekday: number;
  /** days ahead, 14 when absent */
  days?: number;
  /**
   * further effect on ln(demand) per forecast day: planned prices and promotions against today's, holidays
   */
  effects?: readonly number[];
  trend?: LocalTrend;
}

/**
 * Daily demand ahead, as if in stock all day. The log level is a random walk, so its variance h days ahead is
 * q = P + h·W₀; the units are negative binomial with mean M = e^(f + q/2) and variance φM + M²(e^q − 1),
 * the mixture of the count noise and the log-normal level.
 * Source: West & Harrison 1997, Bayesian Forecasting and Dynamic Models, chapter 14.
 *
 * @example level ln 4 with variance 0.04, level noise 0.01 a day, dispersion 1.5, flat week: the first day
 * // mean 4.101, variance 7.014, median 4, lo80 1, hi80 8
 */
export function forecastDailyDemand(state: DemandState, options: DailyDemandOptions): DemandForecast {
  const { firstWeekday, days = 14, effects, trend } = options;
  const forecast = emptyDemandForecast();
  for (let h = 1; h <= days; h++) {
    const q = state.logVariance + h * state.levelNoise;
    const effect = (effects?.[h - 1] ?? 0) + (trend ? dampedTrendEffect(trend, h) : 0);
    const weekday = state.weekday[(firstWeekday + h - 1) % 7]!;
    const mean = Math.exp(state.logMean + weekday + effect + q / 2);
    pushDemand(forecast, mean, state.dispersion * mean + mean * mean * Math.expm1(q));
  }
  return forecast;
}

/** Expected units and central intervals per period; `variance` is that of the predictive distribution. */
export interface DemandForecast {
  mean: number[];
  variance: number[];
  median: number[];
  lo80: number[];
  hi80: number[];
  lo95: number[];
  hi95: number[];
}

const PROBABILITIES = [0.025, 0.1, 0.5, 0.9, 0.975] as const;

export function emptyDemandForecast(): DemandForecast {
  return { mean: [], variance: [], median: [], lo80: [], hi80: [], lo95: [], hi95: [] };
}

/** Appends one period with its negative binomial quantiles. */
export function pushDemand(forecast: DemandForecast, mean: number, variance: number): void {
  const quantiles = countQuantiles(mean, variance, PROBABILITIES);
  forecast.mean.push(mean);
  forecast.variance.push(variance);
  forecast.median.push(quantiles[2]!);
  forecast.lo80.push(quantiles[1]!);
  forecast.hi80.push(quantiles[3]!);
  forecast.lo95.push(quantiles[0]!);
  forecast.hi95.push(quantiles[4]!);
}
