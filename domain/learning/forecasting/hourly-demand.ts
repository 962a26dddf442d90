import { type DemandForecast, emptyDemandForecast, pushDemand } from "./daily-demand.ts";
import type { DemandState } from "./demand-state.ts";
import { HOURS_PER_DAY, HOURS_PER_WEEK, type HourProfile } from "./hour-profile.ts";

interface HourlyDemandOptions {
  profile: HourProfile;
  /** hour of the week of the first forecast hour, 24·weekday + hour, 0 = Sunday 00:00 */
  firstHour: number;
  /** units sold today in the full hours before `firstHour` */
  unitsToday: number;
  /** hours ahead, 6 when absent */
  hours?: number;
}

/** units of belief in the profile before today's sales speak */
const NOWCAST_UNITS = 5;
const NOWCAST_DECAY_PER_HOUR = 0.85;

/**
 * Hourly demand ahead: the day's level split by the hour profile, times a nowcast r^(0.85^k) where
 * r = (sold today + 5) / (expected by now + 5). The nowcast's own uncertainty, 1/(expected + 5) of relative
 * variance, fades at the same rate.
 */
export function forecastHourlyDemand(state: DemandState, options: HourlyDemandOptions): DemandForecast {
  const { profile, firstHour, unitsToday, hours = 6 } = options;
  const expected = expectedToday(state, profile, firstHour);
  const logRatio = Math.log((unitsToday + NOWCAST_UNITS) / (expected + NOWCAST_UNITS));
  const forecast = emptyDemandForecast();
  for (let k = 1; k <= hours; k++) {
    const weight = NOWCAST_DECAY_PER_HOUR ** k;
    const q = state.logVariance + (k / HOURS_PER_DAY) * state.levelNoise;
    const base = hourMean(state, profile, (firstHour + k - 1) % HOURS_PER_WEEK, q);
    const mean = base * Math.exp(weight * logRatio);
    const nowcastVariance = weight ** 2 / (expected + NOWCAST_UNITS);
    pushDemand(forecast, mean, state.dispersion * mean + mean * mean * Math.expm1(q + nowcastVariance));
  }
  return forecast;
}

/**
 * Units expected of the running day before hour `firstHour` of the week. Where the day's sales are not counted it stands
 * for them: they then say nothing about the next hours.
 */
export function expectedToday(state: DemandState, profile: HourProfile, firstHour: number): number {
  const midnight = firstHour - (firstHour % HOURS_PER_DAY);
  const perDay = dayMean(state, midnight, state.logVariance);
  let expected = 0;
  for (let hour = midnight; hour < firstHour; hour++) expected += profile[hour]! * perDay;
  return expected;
}

function hourMean(state: DemandState, profile: HourProfile, hourOfWeek: number, q: number): number {
  return profile[hourOfWeek]! * dayMean(state, hourOfWeek, q);
}

function dayMean(state: DemandState, hourOfWeek: number, q: number): number {
  const weekday = state.weekday[Math.floor(hourOfWeek / HOURS_PER_DAY)]!;
  return Math.exp(state.logMean + weekday + q / 2);
}

const SPAN = 4;
const ALPHA = 2 / (SPAN + 1);
const TREND_STEPS = 4;
const TREND_DAMPING = 0.85;

/**
 * The simple forecast every other one is compared with: exponentially weighted mean of span 4 (weight 0.4,
 * started at the first value), plus k·0.85^k times the mean of its last four changes, never below 0. Missing
 * values are passed over; without any value the forecast is 0.
 */
export function exponentialBaseline(series: readonly number[], horizon: number): number[] {
  // of the smoothed values only the last few are looked at again
  const recent = new Float64Array(TREND_STEPS + 1);
  let count = 0;
  let level = 0;
  for (let i = 0; i < series.length; i++) {
    const value = series[i]!;
    if (!Number.isFinite(value)) continue;
    level = count === 0 ? value : ALPHA * value + (1 - ALPHA) * level;
    recent[count % recent.length] = level;
    count++;
  }
  const steps = Math.min(TREND_STEPS, count - 1);
  const trend = steps > 0 ? (level - recent[(count - 1 - steps) % recent.length]!) / steps : 0;
  const forecast: number[] = [];
  for (let k = 1; k <= horizon; k++) forecast.push(Math.max(0, level + trend * k * TREND_DAMPING ** k));
  return forecast;
}
