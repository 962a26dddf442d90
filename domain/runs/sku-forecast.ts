import { dayIndex } from "../base/time.ts";
import { DEFAULT_CONFIG } from "../learning/elasticity/state.ts";
import { closePrices, type DayEnds } from "../learning/features/market.ts";
import type { FeatureDay, SkuFeatures } from "../learning/features/sku-features.ts";
import { competitorAnchor } from "../learning/forecasting/competitor-forecast.ts";
import {
  type CategoryDemand,
  type DemandHistory,
  type DemandState,
  demandStateFor,
} from "../learning/forecasting/demand-state.ts";
import { detectFollower, MIN_CUTS } from "../learning/forecasting/follower.ts";
import { skillOf } from "../learning/forecasting/forecast-score.ts";
import { HOURS_PER_DAY, type HourProfile } from "../learning/forecasting/hour-profile.ts";
import { expectedToday } from "../learning/forecasting/hourly-demand.ts";
import { type LocalTrend, localTrend, NO_TREND, withTrend } from "../learning/forecasting/local-trend.ts";
import { forecastSkuDemand } from "../learning/forecasting/sku-demand.ts";
import { hoursUntilReceipt } from "../learning/forecasting/stockout.ts";
import type { CompetitorHistory, HourlySales } from "../messages/shard.ts";
import type { FreshnessSettings } from "../settings/freshness.ts";
import { advanceTrack, type CompetitorTrack } from "./competitor-track.ts";
import type { SkuForecast, StoredReport } from "./learned.ts";

/** The moment of a forecast, the same for all SKUs of a run. */
export interface ForecastClock {
  /** ms */
  asOf: number;
  /** day number of the running civil day */
  today: number;
  /** full hours of it that have passed */
  hour: number;
  /** 0 = Sunday */
  weekday: number;
  /** the last full days, for prices and competitors */
  span: DayEnds;
  /** effect on ln(demand) of the 14 days from tomorrow on is looked up here by day number */
  calendar: Readonly<Record<number, string>>;
  freshness: FreshnessSettings;
}

/** The inputs of one SKU's forecast. */
interface ForecastInput {
  features: SkuFeatures;
  competitors: readonly CompetitorHistory[];
  track: CompetitorTrack | null;
  /** units sold in the running day so far; null = not counted */
  unitsToday: number | null;
  /** sales by the hour; null where no shop event is known */
  sales: HourlySales | null;
  profile: HourProfile;
  /** the counts that the profile rests on, where they are the SKU's own */
  ownHours?: readonly number[];
  /** civil day on which more stock is to arrive */
  restockDate: string | null;
  stock: number | null;
  /** served price, minor units, and the elasticity that demand responds with */
  price: number;
  elasticity: number;
  filter: DemandState | null;
  category: CategoryDemand | null;
  /** log effect of each holiday in the SKU's category */
  holidays: Readonly<Record<string, number>>;
}

const RECENT_DAYS = 90;
const HORIZON_DAYS = 14;
/** on a day that was on sale for less, sales understate demand */
const FULL_EXPOSURE = 0.95;

/** Forecasts one SKU; also answers what the next run needs of its competitors. */
export function forecastSku(
  input: ForecastInput,
  clock: ForecastClock,
): { forecast: SkuForecast; track: CompetitorTrack } {
  const { features, competitors, category, stock } = input;
  const { track, forecast: cheapest } = advanceTrack(input.track, competitors, clock.span, clock.freshness);
  const history = demandHistory(features, clock.today);
  const effects = holidayEffects(input.holidays, clock);
  const trend = input.filter === null ? NO_TREND : trendOf(input, input.filter, clock.today);
  const filter = input.filter && withTrend(input.filter, trend);
  const state = demandStateFor(history, filter, category)?.state ?? null;
  const { profile, sales } = input;
  const hourOfWeek = clock.weekday * HOURS_PER_DAY + clock.hour;
  const demand = forecastSkuDemand({
    history,
    filter,
    category,
    recentDays: recentDays(features, clock.today),
    trend,
    recentHours: sales?.recent ?? [],
    hourOfWeek,
    unitsToday: sales?.today ?? input.unitsToday ?? (state ? expectedToday(state, profile, hourOfWeek) : 0),
    profile,
    ...(effects ? { effects } : {}),
    stock,
    receiptInHours: hoursUntilReceipt(input.restockDate, clock.today, clock.hour),
  });
  const skill = skillOf(track.window, clock.today);
  const followers = followersOf(features, competitors, clock);
  return {
    track,
    forecast: {
      sku: features.sku,
      asOf: clock.asOf,
      state: demand ? state : null,
      ...(input.ownHours && { ownHours: input.ownHours }),
      demand,
      competitor: { forecast: cheapest, anchor: competitorAnchor(cheapest, skill), skill },
      followers,
      followRate: followers.reduce((most, { passThrough }) => Math.max(most, passThrough), 0),
    },
  };
}

/** Days on sale, what they sold, and how long ago the last sale was. */
function demandHistory({ days }: SkuFeatures, today: number): DemandHistory {
  let open = 0;
  let sold = 0;
  let first: SkuFeatures["days"][number] | undefined;
  let lastSale: SkuFeatures["days"][number] | undefined;
  for (const day of days) {
    if (!(day.exposure > 0)) continue;
    first ??= day;
    open++;
    sold += day.units;
    if (day.units > 0) lastSale = day;
  }
  const since = lastSale ?? first;
  return {
    days: open,
    units: sold,
    daysSinceSale: since === undefined ? 0 : today - 1 - dayIndex(since.day) + (lastSale ? 0 : 1),
  };
}

/** The trend of the days' demand, each day's units moved to the present price: what a price change did is not a trend. */
function trendOf(
  { features, elasticity, price }: ForecastInput,
  filter: DemandState,
  today: number,
): LocalTrend {
  const units = recentDays(features, today, (day) => (day.price / price) ** -elasticity);
  return localTrend(units, filter.dispersion, filter.levelNoise);
}

/** Units of the last 90 full days; NaN for a day without a row or not wholly on sale. */
function recentDays({ days }: SkuFeatures, today: number, factor?: (day: FeatureDay) => number): number[] {
  const from = today - RECENT_DAYS;
  const recent = new Array<number>(RECENT_DAYS).fill(Number.NaN);
  for (let i = days.length - 1; i >= 0; i--) {
    const at = dayIndex(days[i]!.day) - from;
    if (at < 0) break;
    if (at < RECENT_DAYS && days[i]!.exposure >= FULL_EXPOSURE)
      recent[at] = days[i]!.units * (factor?.(days[i]!) ?? 1);
  }
  const start = recent.findIndex((units) => !Number.isNaN(units));
  return start < 0 ? [] : recent.slice(start);
}

function holidayEffects(
  effects: Readonly<Record<string, number>>,
  { calendar, today }: ForecastClock,
): number[] | null {
  const ahead = Array.from({ length: HORIZON_DAYS }, (_, h) => {
    const name = calendar[today + 1 + h];
    return name === undefined ? 0 : (effects[name] ?? 0);
  });
  return ahead.some((effect) => effect !== 0) ? ahead : null;
}

function followersOf(
  features: SkuFeatures,
  competitors: readonly CompetitorHistory[],
  { span, freshness }: ForecastClock,
): SkuForecast["followers"] {
  const prices = new Float64Array(span.ends.length).fill(Number.NaN);
  let cuts = 0;
  let before = 0;
  for (const { day, price } of features.days) {
    const at = dayIndex(day) - span.first;
    if (at < 0 || at >= prices.length) continue;
    prices[at] = price;
    if (price < before) cuts++;
    before = price;
  }
  // too few for anybody to be called a follower
  if (cuts < MIN_CUTS) return [];
  const own = logsOf(prices);
  return competitors.flatMap((history) => {
    const reaction = detectFollower(own, logsOf(closePrices(history, span, freshness)));
    return reaction.follower ? [{ competitor: history.competitor, ...reaction }] : [];
  });
}

/** Takes the logs of a series of prices in place; most days have the price of the day before. */
function logsOf(prices: Float64Array): Float64Array {
  let price = Number.NaN;
  let log = Number.NaN;
  for (let day = 0; day < prices.length; day++) {
    const next = prices[day]!;
    if (next !== price) {
      price = next;
      log = Math.log(next);
    }
    prices[day] = log;
  }
  return prices;
}

/** The filter's demand at the served price, as the forecasts take it. */
export function demandState(report: StoredReport, logPrice: number, weekday: readonly number[]): DemandState {
  const { logMean, logVar, phi } = report.demand;
  return {
    logMean: logMean + report.mean * (logPrice - report.demand.logPrice),
    logVariance: logVar,
    dispersion: Math.max(1, phi),
    levelNoise: DEFAULT_CONFIG.levelNoise[report.period === "day" ? "quasi-poisson" : "log-normal"],
    weekday,
  };
}
