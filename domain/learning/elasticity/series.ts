import type { FilterState } from "./state.ts";

/** Length of one row of a demand series. Weeks and months are shop-local civil periods. */
export type Period = "day" | "week" | "month";

/** Nominal days per period, used to turn a period's demand into a daily rate. */
export const PERIOD_DAYS: Readonly<Record<Period, number>> = { day: 1, week: 7, month: 30.4375 };

/** One period of one SKU. */
export interface DemandPeriod {
  /** Day number (days since 1970-01-01) of the period's start. */
  t: number;
  /** Units sold in the period, net of known returns. */
  units: number;
  /** Natural log of our display price in major units. */
  logPrice: number;
  /** Natural log of the cheapest valid in-stock competitor, null when there is none. */
  logCompetitor: number | null;
  /** Natural log of our unit cost in major units, where it is known day by day. */
  logCost?: number;
  /** Demand-weighted share of the period in which the SKU could be bought, 0..1. */
  exposure: number;
  /** Further regressors (deal, feature, promotion), in the order of the series' `covariateNames`. */
  covariates?: readonly number[];
  /** True if stock ran out at an unknown time: units are then a lower bound of demand. */
  censored?: boolean;
}

/** Demand history of one SKU, ascending in t. */
export interface ElasticitySeries {
  sku: string;
  category: string;
  period: Period;
  covariateNames?: readonly string[];
  periods: readonly DemandPeriod[];
}

/**
 * Calendar effects of one category on log demand.
 * `weekday[d]`: log factor of weekday d (0 = Sunday), centred. `holidays[name]`: log effect of a holiday;
 * `calendar[t]`: the holiday on day t.
 */
export interface CalendarFactors {
  weekday: readonly number[];
  holidays: Readonly<Record<string, number>>;
  calendar: Readonly<Record<number, string>>;
}

/** Weekday of a day number, 0 = Sunday (1970-01-01 was a Thursday). */
export function weekdayOf(t: number): number {
  return (((Math.floor(t) + 4) % 7) + 7) % 7;
}

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
