import { quantile } from "../../base/quantile.ts";
import { filterLevel } from "./local-level.ts";
import { regressors } from "./regressors.ts";
import type { DemandPeriod, ElasticitySeries } from "./series.ts";
import { partialResiduals } from "./shared-shocks.ts";
import type { FilterConfig, FilterState } from "./state.ts";

/** Half-widths of central bands in predictive standard deviations. */
export interface Bands {
  c80: number;
  c95: number;
}

const NORMAL_BANDS: Bands = { c80: 1.2815515655446004, c95: 1.959963984540054 };
const RESIDUALS_MIN = 200;
const ROWS_BEFORE_SCORING = 4;
/** Steps ahead that are scored, each only in series of at least three times its length. */
const HORIZONS = [4, 8];
const ROWS_PER_STEP = 3;

/**
 * Empirical band widths: quantiles of |error|/sd of forecasts four and eight steps ahead with the
 * coefficients at their final posterior, pooled over all series; the normal's while there are fewer than
 * 200 errors.
 */
export function residualBands(
  catalogue: readonly ElasticitySeries[],
  states: readonly FilterState[],
  config: FilterConfig,
): Bands {
  const errors = catalogue.flatMap((series, i) => forecastErrors(series, states[i]!, config));
  if (errors.length < RESIDUALS_MIN) return NORMAL_BANDS;
  return { c80: quantile(errors, 0.8), c95: quantile(errors, 0.95) };
}

/** |error|/sd of forecasts of each row after the first ones, the level filtered on ln units less b'x. */
function forecastErrors(series: ElasticitySeries, state: FilterState, config: FilterConfig): number[] {
  const rows = series.periods.filter(({ units }) => units > 0);
  const { values, elapsed } = partialResiduals(state, rows, config.gapDaysMax);
  const drift = config.levelNoise["log-normal"];
  const level = filterLevel(values, elapsed, drift, config.variance);
  const errors: number[] = [];
  for (const steps of HORIZONS.filter((horizon) => horizon <= rows.length / ROWS_PER_STEP)) {
    for (let t = ROWS_BEFORE_SCORING - 1 + steps; t < rows.length; t++) {
      const from = t - steps;
      const levelVariance = level.variance[from]! + drift * (rows[t]!.t - rows[from]!.t);
      const variance = levelVariance + coefficientVariance(state, rows[t]!) + config.variance;
      errors.push(Math.abs(values[t]! - level.mean[from]!) / Math.sqrt(variance));
    }
  }
  return errors;
}

/** x_b'P_bb x_b: the part of a prediction's variance that comes from the coefficients. */
function coefficientVariance(state: FilterState, row: DemandPeriod): number {
  const p = state.mean.length;
  const x = new Array<number>(p).fill(0);
  regressors(state, row, x);
  let variance = 0;
  for (let i = 1; i < p; i++) {
    for (let j = 1; j < p; j++) variance += x[i]! * x[j]! * state.covariance[i * p + j]!;
  }
  return variance;
}
