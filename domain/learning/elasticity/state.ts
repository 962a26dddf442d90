import { median } from "../../base/quantile.ts";
import { cloneInstruments, type InstrumentSums, noInstruments } from "./instruments.ts";
import { cloneFeedback, type FeedbackSums, noFeedback } from "./price-feedback.ts";
import { clonePrior, type Prior } from "./prior.ts";
import { type DemandPeriod, type ElasticitySeries, PERIOD_DAYS, type Period } from "./series.ts";

/** Observation model: counts with variance φ·mean, or a normal ln(units) with a shared variance. */
export type Observation = "quasi-poisson" | "log-normal";

/**
 * Filter state of one SKU: plain JSON, O(p²) numbers, resumable. θ = [level, b] with b as in `Prior`.
 */
export interface FilterState {
  sku: string;
  category: string;
  period: Period;
  observation: Observation;
  covariateNames: readonly string[];
  /** Reference log prices, fixed for the SKU's life so that coefficients stay comparable. */
  logPriceRef: number;
  logCompetitorRef: number | null;
  /** Posterior mean (p) and covariance (p × p, row-major) of θ. */
  mean: number[];
  covariance: number[];
  /** The prior of b that this posterior ran under. */
  prior: Prior;
  /**
   * Discounted sums behind the dispersion φ, and φ itself; for log-normal `phi` is the variance of ln
   * units.
   */
  dispersion: { sum: number; weight: number; phi: number };
  /** Rows used, rows refused as unusable, first and last day number used. */
  count: number;
  skipped: number;
  firstT: number;
  lastT: number;
  /** Exponentially weighted mean of the expected units per period. */
  meanUnits: number;
  /** Range and last value of the log price seen, and the last competitor seen. */
  price: { min: number; max: number; last: number };
  competitor: { t: number; logPrice: number } | null;
  competitorPeriods: number;
  /** Last covariates seen. */
  covariates: number[];
  /** Sums of standardised one-step residuals within spells of constant price. */
  spells: SpellSums;
  /** Sums behind the tests of price endogeneity. */
  instruments: InstrumentSums;
  feedback: FeedbackSums;
  /** Ring of recent standardised one-step residuals, indexed by period number; 0 = no row. */
  residuals: number[];
  /** Period number of the newest entry of the ring. */
  residualIndex: number;
  /** Weekday sums for the category's calendar factors: weighted units and weighted base demand. */
  weekdayUnits: number[];
  weekdayBase: number[];
  holidays: Record<string, { units: number; base: number }>;
  /** Own elasticity at the last 28-day checkpoint, and the day until which drift is being followed. */
  checkpoint: { t: number; own: number; variance: number };
  stability: number;
  driftUntil: number | null;
}

/** Sufficient sums for the design effect of price spells (see `designEffect`). */
export interface SpellSums {
  /** The running spell: its log price, first day, sum and number of residuals, information on own price. */
  logPrice: number;
  since: number;
  sum: number;
  length: number;
  weight: number;
  /** Over ended spells: Σ weight·sum²/length, Σ weight, number. */
  squares: number;
  weights: number;
  ended: number;
  /** Running mean log price. */
  meanLogPrice: number;
}

/** Days from the first one whose prices the references are made of. */
export const REFERENCE_DAYS = 28;
/** Most covariates of one series: the filter's scratch vectors are of fixed size. */
export const COVARIATES_MAX = 8;
const LEVEL_VARIANCE_START = 1.5;
/** Quasi-Poisson dispersion starts at 1.3 with the weight of 20 periods. */
const DISPERSION_START = 1.3;
const DISPERSION_START_WEIGHT = 20;
const LOG_NORMAL_MEAN_UNITS_MIN = 50;

/** Residual ring sizes: eight weeks of days, two and a half years of weeks or months. */
const RESIDUAL_RING: Readonly<Record<Period, number>> = { day: 56, week: 128, month: 128 };

/** True if a row can be used: finite numbers, non-negative units. */
export function isUsable(row: DemandPeriod): boolean {
  return (
    Number.isFinite(row.t) &&
    Number.isFinite(row.units) &&
    row.units >= 0 &&
    Number.isFinite(row.logPrice) &&
    Number.isFinite(row.exposure) &&
    (row.covariates === undefined || row.covariates.every(Number.isFinite))
  );
}

/**
 * Observation model of a series, fixed when the series starts: log-normal for periods longer than a day
 * with no empty period and a mean of at least 50 units, where counting noise is negligible; else
 * quasi-Poisson.
 */
export function observationOf(series: ElasticitySeries): Observation {
  if (series.period === "day") return "quasi-poisson";
  const rows = series.periods.filter(isUsable);
  if (rows.length === 0 || rows.some((row) => row.units <= 0)) return "quasi-poisson";
  const total = rows.reduce((sum, row) => sum + row.units, 0);
  return total / rows.length >= LOG_NORMAL_MEAN_UNITS_MIN ? "log-normal" : "quasi-poisson";
}

/** State before the first row. `variance` is the variance of ln units used by a log-normal series. */
export function initialState(
  series: ElasticitySeries,
  prior: Prior,
  options: { variance: number; observation?: Observation },
): FilterState {
  const names = series.covariateNames ?? [];
  const d = prior.mean.length;
  if (d !== 2 + names.length) throw new RangeError("prior and covariates differ in length");
  if (names.length > COVARIATES_MAX) throw new RangeError(`more than ${COVARIATES_MAX} covariates`);
  const observation = options.observation ?? observationOf(series);
  const rows = series.periods.filter(isUsable);
  const first = rows[0];
  const { logPriceRef, logCompetitorRef } = references(rows);
  const units = first === undefined ? 0.5 : Math.max(first.units / Math.max(first.exposure, 0.05), 0.5);
  const start = first?.t ?? 0;
  return {
    sku: series.sku,
    category: series.category,
    period: series.period,
    observation,
    covariateNames: [...names],
    logPriceRef,
    logCompetitorRef,
    mean: [Math.log(units), ...prior.mean],
    covariance: startCovariance(prior),
    prior: clonePrior(prior),
    dispersion:
      observation === "log-normal"
        ? { sum: 0, weight: 0, phi: options.variance }
        : {
            sum: DISPERSION_START * DISPERSION_START_WEIGHT,
            weight: DISPERSION_START_WEIGHT,
            phi: 1.2 * DISPERSION_START,
          },
    count: 0,
    skipped: 0,
    firstT: start,
    lastT: start,
    meanUnits: units,
    price: { min: Number.MAX_VALUE, max: -Number.MAX_VALUE, last: logPriceRef },
    competitor: null,
    competitorPeriods: 0,
    covariates: names.map(() => 0),
    spells: {
      logPrice: logPriceRef,
      since: start,
      sum: 0,
      length: 0,
      weight: 0,
      squares: 0,
      weights: 0,
      ended: 0,
      meanLogPrice: logPriceRef,
    },
    instruments: noInstruments(d + 1),
    feedback: noFeedback(),
    residuals: new Array<number>(RESIDUAL_RING[series.period]).fill(0),
    residualIndex: Math.round(start / PERIOD_DAYS[series.period]),
    weekdayUnits: series.period === "day" ? new Array<number>(7).fill(0) : [],
    weekdayBase: series.period === "day" ? new Array<number>(7).fill(0) : [],
    holidays: {},
    checkpoint: {
      t: start,
      own: prior.mean[0]!,
      variance: prior.covariance[0]!,
    },
    stability: 0,
    driftUntil: null,
  };
}

/** Medians of the log prices of the first 28 days. */
function references(rows: readonly DemandPeriod[]) {
  const early = rows.filter((row) => row.t < rows[0]!.t + REFERENCE_DAYS);
  const competitors = early.flatMap((row) => (isFiniteNumber(row.logCompetitor) ? [row.logCompetitor] : []));
  return {
    logPriceRef: early.length > 0 ? median(early.map((row) => row.logPrice)) : 0,
    logCompetitorRef: competitors.length > 0 ? median(competitors) : null,
  };
}

/** Block diagonal of the level's start variance and the prior's covariance. */
function startCovariance(prior: Prior): number[] {
  const d = prior.mean.length;
  const p = d + 1;
  const covariance = new Array<number>(p * p).fill(0);
  covariance[0] = LEVEL_VARIANCE_START;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) covariance[(i + 1) * p + j + 1] = prior.covariance[i * d + j]!;
  }
  return covariance;
}

/** Deep copy, so that filtering never changes the state it resumes from. */
export function cloneState(state: FilterState): FilterState {
  return {
    ...state,
    mean: [...state.mean],
    covariance: [...state.covariance],
    dispersion: { ...state.dispersion },
    price: { ...state.price },
    competitor: state.competitor === null ? null : { ...state.competitor },
    covariates: [...state.covariates],
    spells: { ...state.spells },
    instruments: cloneInstruments(state.instruments),
    feedback: cloneFeedback(state.feedback),
    residuals: [...state.residuals],
    weekdayUnits: [...state.weekdayUnits],
    weekdayBase: [...state.weekdayBase],
    holidays: Object.fromEntries(Object.entries(state.holidays).map(([name, sums]) => [name, { ...sums }])),
    checkpoint: { ...state.checkpoint },
  };
}

function isFiniteNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** Numbers of the filter that a caller may change; the defaults are `DEFAULT_CONFIG`. */
export interface FilterConfig {
  /** Variance added to the level per day, by observation model. */
  levelNoise: Readonly<Record<Observation, number>>;
  /**
   * Daily factor by which coefficients revert to their prior: forgetting that never exceeds the prior's
   * variance.
   */
  reversion: number;
  /** Longest gap between rows, in days, that adds noise. */
  gapDaysMax: number;
  /** Variance of ln units of a log-normal series before it is estimated. */
  variance: number;
  /** Forces an observation model instead of choosing it from the series. */
  observation?: Observation;
}

/**
 * Level sd 3 % per day for counts; variance .003 per week for store totals; coefficients keep .9999 per
 * day.
 */
export const DEFAULT_CONFIG: FilterConfig = {
  levelNoise: { "quasi-poisson": 0.03 ** 2, "log-normal": 0.003 / 7 },
  reversion: 0.9999,
  gapDaysMax: 90,
  variance: 0.25,
};
