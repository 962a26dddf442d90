import type { DemandPeriod, ElasticitySeries } from "./series.ts";
import { type FilterState, isUsable, observationOf } from "./state.ts";

const DAYS = 7;
const DISPERSION_LIMIT = 60;

/**
 * Daily series as weekly totals: complete runs of seven days counted from the first row, prices, competitor
 * and covariates averaged, units summed. Weeks with a missing or unusable day are left out.
 */
export function weeklySums(series: ElasticitySeries): ElasticitySeries {
  const rows = series.periods.filter(isUsable);
  const first = rows[0]?.t ?? 0;
  const weeks = Map.groupBy(rows, (row) => Math.floor((row.t - first) / DAYS));
  const periods = [...weeks.values()].filter((days) => days.length === DAYS).map(weekOf);
  return { ...series, period: "week", periods };
}

function weekOf(days: readonly DemandPeriod[]): DemandPeriod {
  const rivals = days.flatMap(({ logCompetitor }) => (logCompetitor === null ? [] : [logCompetitor]));
  const covariates = days[0]!.covariates?.map((_, j) => average(days.map((day) => day.covariates?.[j] ?? 0)));
  const week: DemandPeriod = {
    t: days[0]!.t,
    units: days.reduce((sum, { units }) => sum + units, 0),
    logPrice: average(days.map(({ logPrice }) => logPrice)),
    logCompetitor: rivals.length === 0 ? null : average(rivals),
    exposure: average(days.map(({ exposure }) => exposure)),
    censored: days.some(({ censored }) => censored === true),
  };
  return covariates === undefined ? week : { ...week, covariates };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** True if the dispersion sits at its limit: the daily count model is then far too sure of itself. */
export function isOverdispersed(state: FilterState): boolean {
  return state.observation === "quasi-poisson" && state.dispersion.phi >= DISPERSION_LIMIT;
}

/**
 * The form in which a daily series should be modelled next: weekly totals if the daily model is
 * overdispersed and the totals are large enough for a log-normal, else the days as they are.
 */
export function preferredSeries(series: ElasticitySeries, state: FilterState): ElasticitySeries {
  if (series.period !== "day" || !isOverdispersed(state)) return series;
  const weekly = weeklySums(series);
  return observationOf(weekly) === "log-normal" ? weekly : series;
}
