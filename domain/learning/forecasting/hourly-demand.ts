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

/** units that the profile's expectation weighs against today's sales */
const NOWCAST_UNITS = 5;
const NOWCAST_DECAY_PER_HOUR = 0.85;

/**
 * Hourly demand ahead: the day's level split by the hour profile, times a nowcast r^(0.85^k) where
 * r = (sold today + 5) / (expected by now + 5). The nowcast's own uncertainty, 1/(expected + 5) of relative
 * variance, fades at the same rate.
 *
 * @example 24 units a day, flat hours, 10:00, 25 sold instead of 10: r = 2
 * // mean of the next two hours 2^0.85 = 1.80, 2^0.7225 = 1.65
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
 * Units expected from midnight to hour `firstHour` of the week. It stands in for the day's sales where these are not
 * counted, so that they do not move the next hours.
 *
 * @example 24 units a day, flat hours: expectedToday(state, FLAT_HOURS, 10) // 10
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
 * The simple forecast that the others are compared with: exponentially weighted mean of span 4 (weight 0.4,
 * started at the first value), plus k·0.85^k times the mean of its last four changes, never below 0. Missing
 * values are passed over; without any value the forecast is 0.
 *
 * @example exponentialBaseline([10, 12], 2) // [11.48, 11.956]: level 10.8, trend 0.8
 */
export function exponentialBaseline(series: readonly number[], horizon: number): number[] {
  // only the last few smoothed values are needed again
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
