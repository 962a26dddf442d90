import type { DemandState } from "./demand-state.ts";
import { HOURS_PER_DAY, HOURS_PER_WEEK, type HourProfile } from "./hour-profile.ts";

const HOURLY_POINTS = 14 * HOURS_PER_DAY;
const LAST_DAY = 180;

/**
 * Mean and variance of the demand from now until each point of the grid: every hour of 14 days, then every
 * day to 180.
 */
export interface CumulativeDemand {
  length: number;
  /** hours from now of a grid point */
  hours(index: number): number;
  at(index: number): { mean: number; variance: number };
}

/**
 * Demand accumulated from the start of hour `firstHour` of the week. The level's uncertainty is common to all
 * hours, so it does not average out: variance = φM + M²(e^q − 1) with q the variance of the mean log level
 * over H days, P + W₀·H/3 (the average of min(s, t) over the square [0, H]²).
 *
 * @example a certain level of 24 units a day, flat hours: after the 24th hour
 * // at(23) is { mean: 24, variance: 24 }
 */
export function cumulativeDemand(
  state: DemandState,
  firstHour: number,
  profile: HourProfile,
): CumulativeDemand {
  const means = new Float64Array(HOURLY_POINTS + LAST_DAY - HOURLY_POINTS / HOURS_PER_DAY);
  const perHour = new Float64Array(HOURS_PER_WEEK);
  const level = Math.exp(state.logMean + state.logVariance / 2);
  for (let day = 0; day < 7; day++) {
    const weekday = Math.exp(state.weekday[day]!);
    const midnight = day * HOURS_PER_DAY;
    for (let k = midnight; k < midnight + HOURS_PER_DAY; k++) perHour[k] = level * profile[k]! * weekday;
  }
  const growth = Math.exp(state.levelNoise / (2 * HOURS_PER_DAY));
  let factor = 1;
  let total = 0;
  let hour = firstHour % HOURS_PER_WEEK;
  for (let index = 0; index < HOURLY_POINTS; index++) {
    factor *= growth;
    total += factor * perHour[hour]!;
    means[index] = total;
    hour = hour + 1 === HOURS_PER_WEEK ? 0 : hour + 1;
  }
  const perDay = daysFrom(perHour, hour);
  const dailyGrowth = growth ** HOURS_PER_DAY;
  for (let index = HOURLY_POINTS; index < means.length; index++) {
    factor *= dailyGrowth;
    total += factor * perDay[(index - HOURLY_POINTS) % 7]!;
    means[index] = total;
  }

  const hours = (index: number) =>
    index < HOURLY_POINTS ? index + 1 : HOURLY_POINTS + (index - HOURLY_POINTS + 1) * HOURS_PER_DAY;
  return {
    length: means.length,
    hours,
    at(index) {
      const mean = means[index]!;
      const q = state.logVariance + (state.levelNoise * hours(index)) / HOURS_PER_DAY / 3;
      return { mean, variance: state.dispersion * mean + mean * mean * Math.expm1(q) };
    },
  };
}

/** Demand of the seven 24-hour spans that start at `hour` of the week and at the same hour of the days after. */
function daysFrom(perHour: Float64Array, hour: number): Float64Array {
  const days = new Float64Array(7);
  let at = hour;
  for (let day = 0; day < days.length; day++) {
    let sum = 0;
    for (let k = 0; k < HOURS_PER_DAY; k++) {
      sum += perHour[at]!;
      at = at + 1 === HOURS_PER_WEEK ? 0 : at + 1;
    }
    days[day] = sum;
  }
  return days;
}
