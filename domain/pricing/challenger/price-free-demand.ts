import { filterWorkspace, startState, stepFilter } from "../../learning/elasticity/filter.ts";
import { defaultPrior, type Prior } from "../../learning/elasticity/prior.ts";
import { regressors } from "../../learning/elasticity/regressors.ts";
import {
  type CalendarFactors,
  type DemandPeriod,
  type ElasticitySeries,
  weekdayOf,
} from "../../learning/elasticity/series.ts";
import { DEFAULT_CONFIG, isUsable } from "../../learning/elasticity/state.ts";

/** What the filter expected of one day the evening before. */
interface DayExpectation {
  row: DemandPeriod;
  /** log mean at the reference price: level, competitor, covariates, calendar and exposure */
  offset: number;
  /** own elasticity times log(price / reference price) */
  priceEffect: number;
  logPriceRef: number;
}

const EXPOSURE_MIN = 0.05;

function calendarEffect(factors: CalendarFactors | undefined, t: number): number {
  if (factors === undefined) return 0;
  const holiday = factors.calendar[t];
  const effect = holiday === undefined ? 0 : (factors.holidays[holiday] ?? 0);
  return effect + (factors.weekday[weekdayOf(t)] ?? 0);
}

/**
 * Runs the SKU's filter over its days and notes before each what it expected, own price effect apart: no day's
 * sales are in its own expectation. Days without sale, of unknown sell-out, or with unusable numbers are passed
 * over. The coefficients are taken as of the day before: they revert by a ten-thousandth a day.
 */
export function priceFreeDemand(
  series: ElasticitySeries,
  prior: Prior = defaultPrior(series.covariateNames),
  factors?: CalendarFactors,
): DayExpectation[] {
  const state = startState(series, prior, { ...DEFAULT_CONFIG, observation: "quasi-poisson" });
  const x = new Float64Array(state.mean.length);
  const work = filterWorkspace();
  const expectations: DayExpectation[] = [];
  for (const row of series.periods) {
    if (isUsable(row) && row.exposure >= EXPOSURE_MIN && row.censored !== true) {
      regressors(state, row, x);
      const total = x.reduce((sum, value, i) => sum + value * state.mean[i]!, 0);
      const priceEffect = x[1]! * state.mean[1]!;
      const known = calendarEffect(factors, row.t) + Math.log(Math.min(1, row.exposure));
      const { logPriceRef } = state;
      expectations.push({ row, offset: total - priceEffect + known, priceEffect, logPriceRef });
    }
    stepFilter(state, row, work, DEFAULT_CONFIG, factors);
  }
  return expectations;
}
