import type { DemandState } from "./demand-state.ts";

/** Change of ln(demand) per day: what recent days say of it, shrunk towards none, and its variance. */
export interface LocalTrend {
  slope: number;
  variance: number;
  /** days that it was learned from */
  days: number;
}

export const NO_TREND: LocalTrend = { slope: 0, variance: 0, days: 0 };

const WINDOW_DAYS = 90;
const MIN_DAYS = 28;
/** Sd of the trends of products before their days are seen: half of them move by less than .8 % a day. */
const PRIOR_SD = 0.012;
/** A trend goes on a little less each day. */
const DAMPING = 0.97;
/** Variance of a random walk's fitted slope over n days: 6/5n of its daily variance. */
const WALK_SHARE = 1.2;

/**
 * Trend of the last 90 daily counts (NaN = not on sale) by the score test of a log-linear rate, shrunk to none: its own
 * variance is that of the counts and that of a level that only wanders.
 * U = Σ (t − t̄) y, var U = φ ȳ Σ (t − t̄)², slope ≈ U / (ȳ Σ (t − t̄)²).
 * Source: McCullagh & Nelder 1989, Generalized Linear Models, chapter 6.
 *
 * @example 28 days that sell 1, 2, … 28 units, dispersion 1, level noise 0 // slope 0.0545: 0.0690 shrunk
 */
export function localTrend(units: readonly number[], dispersion: number, levelNoise: number): LocalTrend {
  const first = Math.max(0, units.length - WINDOW_DAYS);
  let days = 0;
  let total = 0;
  let centre = 0;
  for (let t = first; t < units.length; t++) {
    const y = units[t]!;
    if (!Number.isFinite(y)) continue;
    days++;
    total += y;
    centre += t;
  }
  if (days < MIN_DAYS || total <= 0) return NO_TREND;
  centre /= days;
  let score = 0;
  let spread = 0;
  for (let t = first; t < units.length; t++) {
    const y = units[t]!;
    if (!Number.isFinite(y)) continue;
    score += (t - centre) * y;
    spread += (t - centre) ** 2;
  }
  const information = (total / days) * spread;
  const variance = dispersion / information + (WALK_SHARE * levelNoise) / days;
  const share = PRIOR_SD ** 2 / (PRIOR_SD ** 2 + variance);
  return { slope: (share * score) / information, variance: share * variance, days };
}

/**
 * Effect on ln(demand) of the damped trend `days` ahead, Σ 0.97^j·slope.
 *
 * @example dampedTrendEffect({ slope: 0.01, variance: 0, days: 90 }, 3) // 0.02824
 */
export function dampedTrendEffect({ slope }: LocalTrend, days: number): number {
  return (slope * DAMPING * (1 - DAMPING ** days)) / (1 - DAMPING);
}

/**
 * The state with its level moved up to where a trend has led. A level that is only expected to wander follows a trend
 * late, by (1 − K)/K days in the steady state, K the weight of a new day: K²R = W(1 − K) with W the level's variance a
 * day and R = φ/mean that of a day's log count.
 * Source: Harvey 1989, Forecasting, Structural Time Series Models and the Kalman Filter, section 4.5.
 *
 * @example a level of 1 unit a day, W 0.0009, φ 1.3: K 0.026, so it follows 37.5 days late
 */
export function withTrend(state: DemandState, { slope, variance, days }: LocalTrend): DemandState {
  if (slope === 0) return state;
  const noise = Math.max(1e-6, state.levelNoise);
  const count = state.dispersion / Math.exp(state.logMean);
  const gain = (Math.sqrt(noise * noise + 4 * noise * count) - noise) / (2 * count);
  const late = Math.min((1 - gain) / gain, days / 2);
  return {
    ...state,
    logMean: state.logMean + slope * late,
    logVariance: state.logVariance + variance * late * late,
  };
}
