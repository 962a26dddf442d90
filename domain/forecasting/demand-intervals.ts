import { countQuantiles } from "./count-distribution.ts";

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
