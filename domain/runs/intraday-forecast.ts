import type { HourlySales } from "../demand/hourly-sales.ts";
import { weekdayOf } from "../elasticity/series.ts";
import type { DemandState } from "../forecasting/demand-state.ts";
import { exponentialBaseline } from "../forecasting/exponential-baseline.ts";
import { HOURS_PER_DAY, type HourProfile } from "../forecasting/hour-profile.ts";
import { expectedToday, forecastHourlyDemand } from "../forecasting/hourly-demand.ts";
import { forecastStockout } from "../forecasting/stockout.ts";
import { civilDay, dayNumber, dayStart } from "../time/civil-day.ts";
import { hoursUntilReceipt } from "./receipt.ts";
import type { SkuForecast } from "./sku-forecast.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What has become of a SKU since its forecast was made. Instants in ms. */
export interface PresentDay {
  now: number;
  timeZone: string;
  profile: HourProfile;
  /** null where no shop event is known */
  sales: HourlySales | null;
  /** units on hand; null = not tracked */
  stock: number | null;
  /** civil day on which more is to arrive */
  restockDate: string | null;
  /** log(price now / price the forecast was made at), and how demand answers to it */
  logPriceChange: number;
  elasticity: number;
}

/**
 * The forecast with its next hours and its stock-out told anew: from the demand that the night's run learned, grown less
 * certain since, moved to the present price, and from what was sold of the day so far. The days ahead stay as they are.
 */
export function refreshForecast(forecast: SkuForecast, present: PresentDay): SkuForecast {
  const { demand, state } = forecast;
  const { now, profile, sales, stock } = present;
  if (demand === null || state === null) return forecast;
  const moved = presentState(state, forecast.asOf, present);
  const { today, hour } = localHour(now, present.timeZone);
  const firstHour = weekdayOf(today) * HOURS_PER_DAY + hour;
  const unitsToday = sales?.today ?? expectedToday(moved, profile, firstHour);
  const hourly = forecastHourlyDemand(moved, { profile, firstHour, unitsToday });
  const receiptInHours = hoursUntilReceipt(present.restockDate, today, hour);
  const stockout =
    stock === null ? null : forecastStockout(moved, { stock, firstHour, profile, receiptInHours });
  const recent = exponentialBaseline(sales?.recent ?? [], hourly.mean.length);
  return {
    ...forecast,
    demand: { ...demand, hourly, stockout, baseline: { ...demand.baseline, hourly: recent } },
  };
}

function presentState(state: DemandState, asOf: number, present: PresentDay): DemandState {
  const days = Math.max(0, present.now - asOf) / DAY_MS;
  return {
    ...state,
    logMean: state.logMean + present.elasticity * present.logPriceChange,
    logVariance: state.logVariance + days * state.levelNoise,
  };
}

/** Day number and hour in the shop's zone; the 25th hour of a long day counts as its 24th. */
function localHour(now: number, timeZone: string): { today: number; hour: number } {
  const day = civilDay(now, timeZone);
  const hour = Math.floor((now - dayStart(day, timeZone)) / HOUR_MS);
  return { today: dayNumber(day), hour: Math.min(HOURS_PER_DAY - 1, hour) };
}
