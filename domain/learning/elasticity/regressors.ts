import type { DemandPeriod } from "./series.ts";
import type { FilterState } from "./state.ts";

const COMPETITOR_CLIP = 0.7;

const COMPETITOR_CARRY_DAYS = 7;

/**
 * Regressor vector of one row, written into `out`: [1, ln(P/P_ref), clip(ln(m/m_ref), ±.7), covariates…].
 * A missing competitor keeps its last known price for 7 days, then contributes nothing.
 */
export function regressors(state: FilterState, row: DemandPeriod, out: Float64Array | number[]): void {
  out[0] = 1;
  out[1] = row.logPrice - state.logPriceRef;
  out[2] = competitorRegressor(state, row.logCompetitor, row.t);
  const k = state.covariateNames.length;
  for (let j = 0; j < k; j++) out[3 + j] = row.covariates?.[j] ?? 0;
}

/** The competitor's log price against its reference, clipped; 0 when unknown. */
export function competitorRegressor(state: FilterState, logCompetitor: number | null, t: number): number {
  let log = logCompetitor;
  if (log === null || !Number.isFinite(log)) {
    const last = state.competitor;
    if (last === null || t - last.t > COMPETITOR_CARRY_DAYS) return 0;
    log = last.logPrice;
  }
  const ref = state.logCompetitorRef ?? log;
  return Math.max(-COMPETITOR_CLIP, Math.min(COMPETITOR_CLIP, log - ref));
}

/** Keeps what later rows and reports need of this row: last price, competitor, covariates. */
export function remember(state: FilterState, row: DemandPeriod): void {
  state.price.last = row.logPrice;
  if (row.logPrice < state.price.min) state.price.min = row.logPrice;
  if (row.logPrice > state.price.max) state.price.max = row.logPrice;
  if (row.logCompetitor !== null && Number.isFinite(row.logCompetitor)) {
    state.logCompetitorRef ??= row.logCompetitor;
    state.competitor = { t: row.t, logPrice: row.logCompetitor };
    state.competitorPeriods++;
  }
  for (let j = 0; j < state.covariates.length; j++) state.covariates[j] = row.covariates?.[j] ?? 0;
}
