import { type DemandForecast, forecastDailyDemand } from "./daily-demand.ts";
import {
  type CategoryDemand,
  type DemandHistory,
  type DemandSource,
  type DemandState,
  demandStateFor,
} from "./demand-state.ts";
import { FLAT_HOURS, HOURS_PER_DAY, type HourProfile } from "./hour-profile.ts";
import { exponentialBaseline, forecastHourlyDemand } from "./hourly-demand.ts";
import { averageDemandInterval, INTERMITTENT_INTERVAL, sba, tsb } from "./intermittent.ts";
import { type LocalTrend, NO_TREND } from "./local-trend.ts";
import { forecastStockout, type StockoutForecast } from "./stockout.ts";

interface SkuDemandInput {
  history: DemandHistory;
  filter: DemandState | null;
  category: CategoryDemand | null;
  /** units of recent full days, oldest first; NaN for days not on sale */
  recentDays: readonly number[];
  /** how demand moves day by day; the filter's level is where it has led by now */
  trend?: LocalTrend;
  /** units of recent full hours, oldest first */
  recentHours: readonly number[];
  /** hour of the week now, 24·weekday + hour, 0 = Sunday 00:00, in the shop's zone */
  hourOfWeek: number;
  unitsToday: number;
  profile?: HourProfile;
  /** effect on ln(demand) per forecast day of planned prices, promotions and holidays */
  effects?: readonly number[];
  /** units on hand; null = not tracked */
  stock: number | null;
  receiptInHours?: number | null;
}

export interface SkuDemandForecast {
  source: DemandSource;
  /** from tomorrow on, 14 days, as if in stock */
  daily: DemandForecast;
  /** the next 6 hours */
  hourly: DemandForecast;
  intermittent: boolean;
  /** the simple forecasts beside ours; units per day, or per hour for `hourly` */
  baseline: { daily: number[]; hourly: number[]; tsb: number; sba: number };
  stockout: StockoutForecast | null;
}

/**
 * The whole forecast of one SKU's demand in a run. Null when neither filter nor category gives a usable level, or
 * when the clock or today's units are not usable numbers: the SKU is skipped. Being out of stock changes nothing
 * here: demand is what would be sold.
 */
export function forecastSkuDemand(input: SkuDemandInput): SkuDemandForecast | null {
  const { hourOfWeek, unitsToday, effects, stock, profile = FLAT_HOURS } = input;
  if (!Number.isInteger(hourOfWeek) || hourOfWeek < 0 || hourOfWeek >= profile.length) return null;
  if (!(unitsToday >= 0 && unitsToday < Number.POSITIVE_INFINITY)) return null;
  if (effects && !effects.every(Number.isFinite)) return null;
  const chosen = demandStateFor(input.history, input.filter, input.category);
  if (!chosen) return null;
  const { state, source } = chosen;

  const firstWeekday = (Math.floor(hourOfWeek / HOURS_PER_DAY) + 1) % 7;
  const trend = source === "filter" ? (input.trend ?? NO_TREND) : NO_TREND;
  const daily = forecastDailyDemand(state, { firstWeekday, trend, ...(effects ? { effects } : {}) });
  const hourly = forecastHourlyDemand(state, { profile, firstHour: hourOfWeek, unitsToday });
  const receiptInHours = input.receiptInHours ?? null;
  return {
    source,
    daily,
    hourly,
    intermittent: averageDemandInterval(input.recentDays) > INTERMITTENT_INTERVAL,
    baseline: {
      daily: exponentialBaseline(input.recentDays, daily.mean.length),
      hourly: exponentialBaseline(input.recentHours, hourly.mean.length),
      tsb: tsb(input.recentDays),
      sba: sba(input.recentDays),
    },
    stockout:
      stock === null
        ? null
        : forecastStockout(state, { stock, firstHour: hourOfWeek, profile, receiptInHours }),
  };
}
