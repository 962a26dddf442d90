import { type Bands, residualBands } from "./bands.ts";
import type { Hyper } from "./em.ts";
import { filterWorkspace, startState, stepFilter } from "./filter.ts";
import { filterLevel } from "./local-level.ts";
import { pool } from "./pool.ts";
import { defaultPrior, type Prior } from "./prior.ts";
import { type DemandPeriod, type ElasticitySeries, PERIOD_DAYS } from "./series.ts";
import { categoryShocks, partialResiduals, type Shocks } from "./shared-shocks.ts";
import { skuPrior } from "./sku-prior.ts";
import { DEFAULT_CONFIG, type FilterConfig, type FilterState, isUsable, observationOf } from "./state.ts";
import { sufficientOf, swapPrior } from "./sufficient.ts";

/** Everything learned from a set of log-normal series (weekly store totals). */
export interface WeeklyFit {
  states: FilterState[];
  priors: Prior[];
  hyper: Hyper;
  /** Variance of ln units, one number for the install. */
  variance: number;
  shocks: Shocks;
  bands: Bands;
  config: FilterConfig;
}

const GAP_DAYS_MAX = 8 * PERIOD_DAYS.week;
const VARIANCE_INFLATION = 1.2;
const VARIANCE_PASSES = 2;
const SHOCK_PASSES = 2;
const SHOCK_VARIANCE_START = 0.03;
const VARIANCE_MIN = 1e-4;

/**
 * Fits weekly log-normal series: one observation variance for all, a shock shared by each category in each
 * week, two-level pooling of the coefficients, then the level anew on what the coefficients leave. Exactly
 * two passes for the shocks: further ones overfit them. Series must all be log-normal; order does not
 * matter.
 */
export function fitWeekly(catalogue: readonly ElasticitySeries[], previous?: Hyper): WeeklyFit {
  const sorted = [...catalogue].sort((a, b) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
  let config = weeklyConfig(DEFAULT_CONFIG.variance);
  for (let pass = 0; pass < VARIANCE_PASSES; pass++) {
    config = weeklyConfig(pooledVariance(filterAll(sorted, config, {})));
  }
  let shocks: Shocks = {};
  let shockVariance = SHOCK_VARIANCE_START;
  let states = filterAll(sorted, config, shocks);
  for (let pass = 0; pass < SHOCK_PASSES; pass++) {
    ({ shocks, shockVariance } = categoryShocks(sorted, states, shocks, shockVariance, config));
    states = filterAll(sorted, config, shocks);
  }
  const stats = states.map(sufficientOf);
  const hyper = pool(stats, previous);
  const priors = stats.map((stat) => skuPrior(hyper, stat));
  const final = states.map((state, i) => relevelled(swapPrior(state, priors[i]!), sorted[i]!, config));
  const bands = residualBands(sorted, final, config);
  return { states: final, priors, hyper, variance: config.variance, shocks, bands, config };
}

function weeklyConfig(variance: number): FilterConfig {
  return { ...DEFAULT_CONFIG, variance, gapDaysMax: GAP_DAYS_MAX, observation: "log-normal" };
}

/** Filters every series under the unpooled prior, the known shocks taken out. */
function filterAll(
  catalogue: readonly ElasticitySeries[],
  config: FilterConfig,
  shocks: Shocks,
): FilterState[] {
  const work = filterWorkspace();
  return catalogue.map((series) => {
    const state = startState(series, defaultPrior(series.covariateNames, true), config);
    const known = shocks[series.category] ?? {};
    for (const row of series.periods) stepFilter(state, row, work, config, undefined, known[row.t] ?? 0);
    return state;
  });
}

/**
 * Variance of ln units over all series: inflated mean of squared errors less the prediction's own variance.
 */
function pooledVariance(states: readonly FilterState[]): number {
  let sum = 0;
  let weight = 0;
  for (const { dispersion } of states) {
    sum += dispersion.sum;
    weight += dispersion.weight;
  }
  return weight === 0 ? DEFAULT_CONFIG.variance : Math.max(VARIANCE_MIN, (VARIANCE_INFLATION * sum) / weight);
}

/** The level filtered again on ln units less b'x, shocks left in: forecasts start from the level as sold. */
function relevelled(state: FilterState, series: ElasticitySeries, config: FilterConfig): FilterState {
  const rows = series.periods.filter(({ units }) => units > 0);
  if (rows.length === 0) return state;
  const { values, elapsed } = partialResiduals(state, rows, config.gapDaysMax);
  const path = filterLevel(values, elapsed, config.levelNoise["log-normal"], config.variance);
  const last = rows.length - 1;
  const mean = [...state.mean];
  const covariance = [...state.covariance];
  mean[0] = path.mean[last]!;
  covariance[0] = Math.max(covariance[0]!, path.variance[last]!);
  return { ...state, mean, covariance };
}

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
