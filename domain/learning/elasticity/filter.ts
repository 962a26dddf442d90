import { bulkCap, censoredMean } from "./counts.ts";
import {
  absorbInstruments,
  type InstrumentWorkspace,
  instrumentWorkspace,
  readInstruments,
} from "./instruments.ts";
import { feedbackWorkspace, recordFeedback } from "./price-feedback.ts";
import type { Prior } from "./prior.ts";
import { propagate } from "./propagate.ts";
import { regressors, remember } from "./regressors.ts";
import { type CalendarFactors, type DemandPeriod, type ElasticitySeries, weekdayOf } from "./series.ts";
import { recordResidual } from "./spells.ts";
import {
  COVARIATES_MAX,
  cloneState,
  DEFAULT_CONFIG,
  type FilterConfig,
  type FilterState,
  initialState,
  isUsable,
} from "./state.ts";

const EXPOSURE_MIN = 0.05;
const DISPERSION_FORGETTING = 0.995;
/** Deliberate inflation of φ: without it intervals of fast movers cover .91 instead of .92 and more. */
const DISPERSION_INFLATION = 1.2;
const DISPERSION_MAX = 60;
const DISPERSION_ROWS_MIN = 10;
const NEWTON_STEP_MAX = 1.5;
const NEWTON_ITERATIONS_MAX = 12;
const LOG_MEAN_MIN = -8;
const VARIANCE_MIN = 1e-10;
const MEAN_FORGETTING = 0.98;
/** Squared errors beyond this many predictive variances count as this many in the variance of ln units. */
const OUTLIER_VARIANCES = 12;
/** Level, own, competitor and covariates. */
const P_MAX = 3 + COVARIATES_MAX;

/** Scratch numbers of the row that is being absorbed; nothing in them outlives the row. */
export interface FilterWorkspace {
  /** Regressors x of the row, and P x. */
  readonly x: Float64Array;
  readonly v: Float64Array;
  /** x'm. */
  predicted: number;
  /** Whether the row has something that moves our price from outside. */
  isInstrumented: boolean;
  readonly instruments: InstrumentWorkspace;
  readonly feedback: Float64Array;
}

/** A workspace for `stepFilter`: one serves any number of rows and series, one after the other. */
export function filterWorkspace(): FilterWorkspace {
  return {
    x: new Float64Array(P_MAX),
    v: new Float64Array(P_MAX),
    predicted: 0,
    isInstrumented: false,
    instruments: instrumentWorkspace(),
    feedback: feedbackWorkspace(),
  };
}

/**
 * Runs the dynamic generalised linear model (West, Harrison and Migon 1985) of one SKU over its rows and
 * returns the posterior state. With `from`, resumes: rows at or before `from.lastT` are ignored and `prior`
 * is not used. Unusable rows (NaN, negative units) are counted in `skipped`; periods out of stock are
 * passed over.
 */
export function filterSeries(
  series: ElasticitySeries,
  prior: Prior,
  config: FilterConfig = DEFAULT_CONFIG,
  factors?: CalendarFactors,
  from?: FilterState,
): FilterState {
  const state = from === undefined ? startState(series, prior, config) : cloneState(from);
  const work = filterWorkspace();
  for (const row of series.periods) {
    if (state.count > 0 && row.t <= state.lastT) continue;
    stepFilter(state, row, work, config, factors);
  }
  return state;
}

/** State before the first row of a series, references and observation model chosen from it. */
export function startState(series: ElasticitySeries, prior: Prior, config: FilterConfig): FilterState {
  const { variance, observation } = config;
  return initialState(series, prior, observation === undefined ? { variance } : { variance, observation });
}

/**
 * Absorbs one row into the state, in place (about a microsecond). `shock` is a known common offset of the
 * category in this period (log scale), on top of the calendar factors.
 */
export function stepFilter(
  state: FilterState,
  row: DemandPeriod,
  work: FilterWorkspace,
  config: FilterConfig,
  factors?: CalendarFactors,
  shock = 0,
): void {
  if (!isUsable(row)) {
    state.skipped++;
    return;
  }
  propagate(state, row.t, config);
  state.lastT = row.t;
  regressors(state, row, work.x);
  remember(state, row);
  if (row.exposure < EXPOSURE_MIN) return;
  work.isInstrumented = readInstruments(state.instruments, row, work.x, work.instruments);
  const calendar = factors === undefined || state.period !== "day" ? 0 : calendarOffset(factors, row.t);
  const offset = calendar + shock + (row.exposure < 1 ? Math.log(row.exposure) : 0);
  if (state.observation === "log-normal") {
    if (row.units > 0) absorbLogNormal(state, row, work, offset);
    else state.skipped++;
  } else {
    const units = absorbCount(state, row, work, offset);
    recordCalendar(state, row, units, work.predicted + offset - calendar, factors);
  }
  followDrift(state, row.t, config);
}

function calendarOffset(factors: CalendarFactors, t: number): number {
  const holiday = factors.calendar[t];
  return (
    (factors.weekday[weekdayOf(t)] ?? 0) + (holiday === undefined ? 0 : (factors.holidays[holiday] ?? 0))
  );
}

/** v = P x; returns x'P x and leaves x'm in `predicted`. */
function project(state: FilterState, work: FilterWorkspace): number {
  const { mean, covariance } = state;
  const { x, v } = work;
  const p = mean.length;
  let predicted = 0;
  let q = 0;
  for (let i = 0; i < p; i++) {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += covariance[i * p + j]! * x[j]!;
    v[i] = sum;
    q += sum * x[i]!;
    predicted += mean[i]! * x[i]!;
  }
  work.predicted = predicted;
  return Math.max(q, VARIANCE_MIN);
}

/** m += v·gain, P -= v v'·shrink, kept symmetric and with a positive diagonal. */
function correct(state: FilterState, work: FilterWorkspace, gain: number, shrink: number): void {
  const { mean, covariance } = state;
  const { v } = work;
  const p = mean.length;
  if (work.isInstrumented) absorbInstruments(state.instruments, work, work.instruments, { gain, shrink });
  for (let i = 0; i < p; i++) {
    mean[i]! += v[i]! * gain;
    for (let j = 0; j <= i; j++) {
      const value = covariance[i * p + j]! - v[i]! * v[j]! * shrink;
      covariance[i * p + j] = value;
      covariance[j * p + i] = value;
    }
    if (covariance[i * p + i]! < VARIANCE_MIN) covariance[i * p + i] = VARIANCE_MIN;
  }
}

function absorbLogNormal(state: FilterState, row: DemandPeriod, work: FilterWorkspace, offset: number): void {
  const q = project(state, work);
  const noise = state.dispersion.phi * (row.censored === true ? 2 : 1);
  const total = q + noise;
  const error = Math.log(row.units) - offset - work.predicted;
  correct(state, work, error / total, 1 / total);
  state.count++;
  if (state.count > 1) {
    recordResidual(state, row, error / Math.sqrt(total), 1 / noise);
    recordFeedback(state.feedback, row, work.x[1]!, error / Math.sqrt(total), work.feedback);
    state.dispersion.sum += Math.min(error * error, OUTLIER_VARIANCES * total) - q;
    state.dispersion.weight++;
  }
  state.meanUnits += (1 - MEAN_FORGETTING) * (row.units - state.meanUnits);
}

/**
 * One-dimensional Laplace step: the posterior mode of the linear predictor solves
 * (y - e^η)/φ = (η - f)/q, and θ follows by regression on it. Returns y, the units that count as ordinary demand.
 */
function absorbCount(state: FilterState, row: DemandPeriod, work: FilterWorkspace, offset: number): number {
  const q = project(state, work);
  const f = work.predicted + offset;
  const mu = Math.exp(Math.min(f, 30));
  const base = state.dispersion.phi;
  let y = Math.min(row.units, bulkCap(row.units, mu, base, q));
  let phi = base;
  if (row.censored === true) {
    y = censoredMean(y, mu);
    phi *= 2;
  }
  const eta = posteriorMode(f, q, y, phi);
  const r = 1 / (1 + (q * Math.exp(eta)) / phi);
  correct(state, work, (eta - f) / q, (1 - r) / q);
  state.count++;
  const expected = mu * Math.exp(Math.min(q, 1) / 2);
  const spread = phi * expected + expected * expected * Math.expm1(Math.min(q, 1));
  if (state.count > 1) {
    const residual = (y - expected) / Math.sqrt(spread);
    recordResidual(state, row, residual, mu / phi);
    recordFeedback(state.feedback, row, work.x[1]!, residual, work.feedback);
  }
  if (row.censored !== true) updateDispersion(state, y, mu, q);
  state.meanUnits += (1 - MEAN_FORGETTING) * (mu - state.meanUnits);
  return y;
}

/** Newton's method on a concave objective, steps clipped: the root is unique. */
function posteriorMode(f: number, q: number, y: number, phi: number): number {
  let eta = Math.max(f, LOG_MEAN_MIN);
  if (y > 0) eta = Math.min(eta, Math.log(y) + 3);
  for (let i = 0; i < NEWTON_ITERATIONS_MAX; i++) {
    const rate = Math.exp(eta) / phi;
    const step = (y / phi - rate - (eta - f) / q) / (rate + 1 / q);
    eta += Math.max(-NEWTON_STEP_MAX, Math.min(NEWTON_STEP_MAX, step));
    if (Math.abs(step) < 1e-10) break;
  }
  return eta;
}

/** Discounted method of moments for φ, the variance of the prediction taken out, weighted by min(1, μ). */
function updateDispersion(state: FilterState, y: number, mu: number, q: number): void {
  const { dispersion } = state;
  const weight = Math.min(1, mu);
  const square = Math.min((y - mu) ** 2, 100 * Math.max(mu, 1e-3)) - mu * mu * Math.min(q, 0.5);
  const ratio = Math.max(0, square) / Math.max(mu, 1e-3);
  dispersion.sum = DISPERSION_FORGETTING * dispersion.sum + ratio * weight;
  dispersion.weight = DISPERSION_FORGETTING * dispersion.weight + weight;
  if (state.count <= DISPERSION_ROWS_MIN) return;
  const phi = (DISPERSION_INFLATION * dispersion.sum) / dispersion.weight;
  dispersion.phi = Math.max(1, Math.min(DISPERSION_MAX, phi));
}

/**
 * Adds the row's units, bulk orders cut to what is credible, to the weekday and holiday sums: weight 1/(1 + √μ),
 * demand without the calendar's own effect. `expected`: ln of the units expected without it.
 */
function recordCalendar(
  state: FilterState,
  row: DemandPeriod,
  units: number,
  expected: number,
  factors: CalendarFactors | undefined,
): void {
  if (state.period !== "day" || row.censored === true) return;
  const base = Math.exp(Math.min(expected, 30));
  const name = factors?.calendar[row.t];
  if (name !== undefined) {
    const sums = state.holidays[name] ?? { units: 0, base: 0 };
    state.holidays[name] = sums;
    const weekday = factors?.weekday[weekdayOf(row.t)] ?? 0;
    sums.units += units;
    sums.base += base * Math.exp(weekday);
    return;
  }
  const weight = 1 / (1 + Math.sqrt(base));
  const day = weekdayOf(row.t);
  state.weekdayUnits[day]! += weight * units;
  state.weekdayBase[day]! += weight * base;
}

const DRIFT_DAYS = 28;
const DRIFT_Z = 2.5;
/** Least variance of a change: rounding is no break. */
const DRIFT_VARIANCE_MIN = 1e-4;

/**
 * Every 28 days compares the own elasticity with the last checkpoint; a jump opens 28 days of faster noise. Successive
 * posteriors share their data: the variance of their difference is P₂₈ - P plus what the days between may have moved it.
 */
function followDrift(state: FilterState, t: number, { reversion }: FilterConfig): void {
  const days = t - state.checkpoint.t;
  if (days < DRIFT_DAYS) return;
  const p = state.mean.length;
  const own = state.mean[1]!;
  const variance = state.covariance[p + 1]!;
  const noise = (1 - reversion ** (2 * days)) * state.prior.covariance[0]!;
  const spread = Math.max(state.checkpoint.variance - variance + noise, DRIFT_VARIANCE_MIN);
  state.stability = Math.abs(own - state.checkpoint.own) / Math.sqrt(spread);
  state.driftUntil = state.stability > DRIFT_Z ? t + DRIFT_DAYS : null;
  state.checkpoint = { t, own, variance };
}
