import { propagate } from "../../domain/learning/elasticity/propagate.ts";
import { regressors } from "../../domain/learning/elasticity/regressors.ts";
import type { DemandPeriod } from "../../domain/learning/elasticity/series.ts";
import { cloneState, type FilterConfig, type FilterState } from "../../domain/learning/elasticity/state.ts";

/** Predictive mean and variance of a future row's units, log-normal over the linear predictor. */
export function predictUnits(
  state: FilterState,
  row: DemandPeriod,
  config: FilterConfig,
): { mean: number; variance: number } {
  const log = predictLog(state, row, config);
  const q = Math.min(log.variance, 1);
  const mean = Math.exp(log.mean + q / 2);
  const { phi } = state.dispersion;
  const noise = state.observation === "log-normal" ? mean * mean * Math.expm1(phi) : phi * mean;
  return { mean, variance: noise + mean * mean * Math.expm1(q) };
}

/**
 * E[ln Y] of a count with median e^mean and dispersion φ, by the log-normal with the same first two moments:
 * mean - ½ ln(1 + φ/μ). For a log-normal series it is the linear predictor itself.
 */
export function expectedLogUnits(state: FilterState, mean: number): number {
  if (state.observation === "log-normal") return mean;
  return mean - 0.5 * Math.log1p(state.dispersion.phi / Math.exp(mean));
}

/** Linear predictor of a row ahead: mean and variance of log demand, before observation noise. */
interface LogPrediction {
  mean: number;
  variance: number;
}

/**
 * Log demand of a future row at its price, competitor and covariates: x'm and x'Px after the time update to
 * the row's day, exposure included, calendar effects not.
 */
export function predictLog(state: FilterState, row: DemandPeriod, config: FilterConfig): LogPrediction {
  const ahead = cloneState(state);
  propagate(ahead, row.t, config);
  const p = ahead.mean.length;
  const x = new Array<number>(p).fill(0);
  regressors(ahead, row, x);
  let mean = row.exposure > 0 && row.exposure < 1 ? Math.log(row.exposure) : 0;
  let variance = 0;
  for (let i = 0; i < p; i++) {
    mean += x[i]! * ahead.mean[i]!;
    for (let j = 0; j < p; j++) variance += x[i]! * x[j]! * ahead.covariance[i * p + j]!;
  }
  return { mean, variance };
}
