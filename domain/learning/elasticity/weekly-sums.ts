import type { DemandPeriod, ElasticitySeries } from "./series.ts";
import { isUsable } from "./state.ts";

const DAYS = 7;

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
