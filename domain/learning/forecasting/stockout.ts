import { dayNumber } from "../../base/time.ts";
import { countUpperTail } from "./count-distribution.ts";
import { type CumulativeDemand, cumulativeDemand } from "./cumulative-demand.ts";
import type { DemandState } from "./demand-state.ts";
import { FLAT_HOURS, type HourProfile } from "./hour-profile.ts";

type StockoutLevel = "Out of stock" | "No demand" | "Critical" | "Warning" | "Healthy";

interface StockoutOptions {
  /** units on hand in the pool that fulfils the orders */
  stock: number;
  /** hour of the week now, 24·weekday + hour, 0 = Sunday 00:00 */
  firstHour: number;
  profile?: HourProfile;
  /** hours until the next receipt, null when none is known */
  receiptInHours?: number | null;
}

/** Hours until the last unit is sold at 10, 50 and 90 % probability; null = beyond 180 days. */
export interface StockoutForecast {
  level: StockoutLevel;
  p10: number | null;
  p50: number | null;
  p90: number | null;
  /** probability of selling out before the next receipt, null without one */
  beforeReceipt: number | null;
}

const CRITICAL_HOURS = 24;
const WARNING_HOURS = 72;
/** below this many expected units per day there is no demand to speak of: one unit in a hundred days */
const MIN_UNITS_PER_DAY = 0.01;

/**
 * When the stock runs out. P(out by hour H) = P(D_H ≥ stock), D_H the demand accumulated by then; its
 * quantiles are found by bisection on an hourly grid up to 14 days and a daily one up to 180. With neither stock nor
 * demand the level is "Out of stock". Null for a stock or hour that is not a number, or a negative hour.
 *
 * @example 24 units on hand at a certain 24 units a day, flat hours
 * // level "Warning", p10 18, p50 24, p90 31 hours; with a receipt in 24 hours: beforeReceipt 0.527
 */
export function forecastStockout(state: DemandState, options: StockoutOptions): StockoutForecast | null {
  const { stock, firstHour, profile = FLAT_HOURS, receiptInHours = null } = options;
  if (!Number.isFinite(stock) || !(firstHour >= 0)) return null;
  if (stock <= 0)
    return {
      level: "Out of stock",
      p10: 0,
      p50: 0,
      p90: 0,
      beforeReceipt: receiptInHours === null ? null : 1,
    };
  if (!(Math.exp(state.logMean + state.logVariance / 2) >= MIN_UNITS_PER_DAY)) {
    return {
      level: "No demand",
      p10: null,
      p50: null,
      p90: null,
      beforeReceipt: receiptInHours === null ? null : 0,
    };
  }

  const demand = cumulativeDemand(state, firstHour, profile);
  const probability = (index: number) => {
    const { mean, variance } = demand.at(index);
    return countUpperTail(stock, mean, variance);
  };
  const p10 = firstReaching(0.1, 0, demand.length, probability);
  const p50 = firstReaching(0.5, p10, demand.length, probability);
  const p90 = firstReaching(0.9, p50, demand.length, probability);
  const hours = (index: number) => (index < demand.length ? demand.hours(index) : null);
  const median = hours(p50);
  return {
    level: levelOf(median),
    p10: hours(p10),
    p50: median,
    p90: hours(p90),
    beforeReceipt: receiptInHours === null ? null : probability(indexBefore(demand, receiptInHours)),
  };
}

/** Critical below 24 hours, Warning below 72, else Healthy. */
function levelOf(medianHours: number | null): StockoutLevel {
  if (medianHours === null) return "Healthy";
  return medianHours < CRITICAL_HOURS ? "Critical" : medianHours < WARNING_HOURS ? "Warning" : "Healthy";
}

/** First index in [from, end) whose probability reaches `target`; `end` when none does. */
function firstReaching(
  target: number,
  from: number,
  end: number,
  probability: (i: number) => number,
): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (probability(middle) >= target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Last grid point not after the receipt; the first one when the receipt is nearer than an hour. */
function indexBefore(demand: CumulativeDemand, receiptInHours: number): number {
  let index = 0;
  while (index + 1 < demand.length && demand.hours(index + 1) <= receiptInHours) index++;
  return index;
}

/**
 * Hours until the civil day begins on which stock is to arrive, seen from hour `hour` of day number `today`; null
 * without such a day, or once it has come.
 *
 * @example hoursUntilReceipt("1970-01-03", 1, 10) // 14
 */
export function hoursUntilReceipt(restockDate: string | null, today: number, hour: number): number | null {
  if (restockDate === null) return null;
  const hours = (dayNumber(restockDate) - today) * 24 - hour;
  return hours > 0 ? hours : null;
}
