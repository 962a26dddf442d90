import { civilDay, DAY_MS, dayNumber, dayStart, HOUR_MS } from "../base/time.ts";
import { weekdayOf } from "../learning/elasticity/series.ts";
import { dayEnds, type MarketView } from "../learning/features/market.ts";
import type { DemandState } from "../learning/forecasting/demand-state.ts";
import { HOURS_PER_DAY, type HourProfile } from "../learning/forecasting/hour-profile.ts";
import {
  expectedToday,
  exponentialBaseline,
  forecastHourlyDemand,
} from "../learning/forecasting/hourly-demand.ts";
import { forecastStockout, hoursUntilReceipt } from "../learning/forecasting/stockout.ts";
import type { HourlySales } from "../messages/shard.ts";
import { calendarOf } from "./calendar.ts";
import { TRACK_DAYS } from "./competitor-track.ts";
import type { SkuForecast } from "./learned.ts";
import type { RunManifest } from "./manifest.ts";
import type { ForecastClock } from "./sku-forecast.ts";

/** The clock of a run's forecasts, shared by all SKUs. */
export function forecastClock(manifest: RunManifest): ForecastClock {
  const { asOf, settings } = manifest;
  const day = civilDay(asOf, settings.timeZone);
  const today = dayNumber(day);
  const passed = (asOf - dayStart(day, settings.timeZone)) / HOUR_MS;
  return {
    asOf,
    today,
    hour: Math.min(23, Math.floor(passed)),
    weekday: weekdayOf(today),
    span: dayEnds(today - TRACK_DAYS, today - 1, settings.timeZone),
    calendar: calendarOf(manifest),
    freshness: settings.signals,
  };
}

/** A SKU now, after its forecast was made. Instants in ms. */
interface PresentDay {
  now: number;
  timeZone: string;
  /** the market as a decision reads it now */
  market: Pick<MarketView, "cheapest">;
  profile: HourProfile;
  /** null where no shop event is known */
  sales: HourlySales | null;
  /** units on hand; null = not tracked */
  stock: number | null;
  /** civil day on which more is to arrive */
  restockDate: string | null;
  /** ln(price now / price the forecast was made at), and the elasticity that demand responds with */
  logPriceChange: number;
  elasticity: number;
}

/**
 * The forecast with its next hours and stock-out made again for now: from the demand that the night's run learned,
 * which has grown less certain since, at the present price, and from what was sold today so far. The days ahead stay
 * as they are. Where the competitors' forecast did not prove itself, the price to go by is today's cheapest offer.
 */
export function refreshForecast(made: SkuForecast, present: PresentDay): SkuForecast {
  const forecast = withPresentAnchor(made, present);
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

function withPresentAnchor(forecast: SkuForecast, { market }: PresentDay): SkuForecast {
  const { competitor } = forecast;
  if (competitor.anchor.usesForecast) return forecast;
  const anchor = { ...competitor.anchor, price: market.cheapest?.price ?? null };
  return { ...forecast, competitor: { ...competitor, anchor } };
}

function presentState(state: DemandState, asOf: number, present: PresentDay): DemandState {
  const days = Math.max(0, present.now - asOf) / DAY_MS;
  return {
    ...state,
    logMean: state.logMean + present.elasticity * present.logPriceChange,
    logVariance: state.logVariance + days * state.levelNoise,
  };
}

/** Day number and hour in the shop's time zone; the 25th hour of a long day counts as its 24th. */
function localHour(now: number, timeZone: string): { today: number; hour: number } {
  const day = civilDay(now, timeZone);
  const hour = Math.floor((now - dayStart(day, timeZone)) / HOUR_MS);
  return { today: dayNumber(day), hour: Math.min(HOURS_PER_DAY - 1, hour) };
}
