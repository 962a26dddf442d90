import { type Bands, residualBands } from "./bands.ts";
import type { Hyper } from "./em.ts";
import { filterWorkspace, startState, stepFilter } from "./filter.ts";
import { filterLevel } from "./local-level.ts";
import { pool } from "./pool.ts";
import { coefficientNames, defaultPrior, type Prior } from "./prior.ts";
import { type ElasticitySeries, PERIOD_DAYS } from "./series.ts";
import { categoryShocks, partialResiduals, type Shocks } from "./shared-shocks.ts";
import { categoryPrior, skuPrior } from "./sku-prior.ts";
import {
  COVARIATES_MAX,
  DEFAULT_CONFIG,
  type FilterConfig,
  type FilterState,
  observationOf,
} from "./state.ts";
import { sufficientOf, swapPrior } from "./sufficient.ts";
import { weeklySums } from "./weekly-sums.ts";

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
  const sorted = withAllCovariates(catalogue).sort((a, b) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
  let config = weeklyConfig(DEFAULT_CONFIG.variance);
  let usual: Hyper | undefined;
  for (let pass = 0; pass < VARIANCE_PASSES; pass++) {
    const known = filterAll(sorted, config, {}, usual);
    config = weeklyConfig(pooledVariance(known));
    usual = pool(known.map(sufficientOf));
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

/** The series with the covariates of all: one that has had no promotion yet expects of one what others saw. */
function withAllCovariates(catalogue: readonly ElasticitySeries[]): ElasticitySeries[] {
  const names = [...new Set(catalogue.flatMap(({ covariateNames = [] }) => covariateNames))].sort();
  if (names.length > COVARIATES_MAX) return [...catalogue];
  return catalogue.map((series) => {
    const own = series.covariateNames ?? [];
    if (own.join() === names.join()) return series;
    const at = names.map((name) => own.indexOf(name));
    const periods = series.periods.map((row) => ({
      ...row,
      covariates: at.map((i) => (i < 0 ? 0 : (row.covariates?.[i] ?? 0))),
    }));
    return { ...series, covariateNames: names, periods };
  });
}

function weeklyConfig(variance: number): FilterConfig {
  return { ...DEFAULT_CONFIG, variance, gapDaysMax: GAP_DAYS_MAX, observation: "log-normal" };
}

/**
 * Filters every series, the known shocks taken out, under the unpooled prior, or where errors alone are asked for under that
 * of its category: of a short series they would else be those of its first guesses.
 */
function filterAll(
  catalogue: readonly ElasticitySeries[],
  config: FilterConfig,
  shocks: Shocks,
  usual?: Hyper,
): FilterState[] {
  const work = filterWorkspace();
  return catalogue.map((series) => {
    const names = series.covariateNames ?? [];
    const pooled = usual && categoryPrior(usual, series.category, coefficientNames(names));
    const state = startState(series, pooled ?? defaultPrior(names, true), config);
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

const DISPERSION_LIMIT = 60;

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
