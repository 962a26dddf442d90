import { civilDay, dayNumber, dayOfNumber, dayStart, HOUR_MS, MINUTE_MS } from "../../base/time.ts";
import type { ChangePoint, CompetitorHistory } from "../../messages/shard.ts";
import { type FreshnessSettings, offerFreshMs } from "../../settings/freshness.ts";

export const TREND_WINDOWS = ["5m", "1h", "1d"] as const;
type TrendWindow = (typeof TREND_WINDOWS)[number];

const WINDOW_MS: Record<Exclude<TrendWindow, "1d">, number> = { "5m": 5 * MINUTE_MS, "1h": HOUR_MS };
/** Most windows per competitor in one answer: a year of days, two weeks of hours, a day and a half of 5 minutes. */
export const TREND_POINTS_MAX = 400;

/** A competitor's price over one tumbling window of event time. Money in minor units. */
export interface TrendWindowPoint {
  competitor: string;
  /** where the sellers of a marketplace are told apart */
  seller?: string;
  /** start of the window, ms */
  at: number;
  /** time-weighted average */
  avg: number;
  min: number;
  /** time-weighted population standard deviation, as a share of the average */
  volatility: number;
  direction: "up" | "down" | "stable";
}

export interface TrendQuery {
  from: number;
  to: number;
  window: TrendWindow;
  freshness: FreshnessSettings;
  /** IANA zone of the civil day */
  timeZone: string;
}

/**
 * Competitor prices in tumbling windows, oldest first, from change points: a price is in force from its first
 * observation until the next change, but only as long as the offer is fresh. Windows in which nothing
 * was in force are left out; if the span is too long, only the newest windows are answered.
 */
export function trendOf(competitors: readonly CompetitorHistory[], query: TrendQuery): TrendWindowPoint[] {
  const bounds = windowBounds(query);
  const points = competitors.flatMap(({ competitor, seller, points: changes }) => {
    const spans = spansOf(changes, offerFreshMs(competitor, query.freshness));
    const windows: TrendWindowPoint[] = [];
    let next = 0;
    for (let i = 0; i + 1 < bounds.length; i++) {
      const at = bounds[i]!;
      while (next < spans.length && spans[next]!.to <= at) next++;
      const point = windowPoint(competitor, at, Math.min(bounds[i + 1]!, query.to), spans, next);
      if (point) windows.push(seller === undefined ? point : { ...point, seller });
    }
    return windows;
  });
  return points.sort((a, b) => a.at - b.at || (a.competitor < b.competitor ? -1 : 1));
}

/** The instants between the windows that the span touches, at most the newest. A day is a civil day. */
function windowBounds({ from, to, window, timeZone }: TrendQuery): number[] {
  if (to <= from) return [];
  if (window === "1d") {
    const lastDay = dayNumber(civilDay(to - 1, timeZone));
    const firstDay = Math.max(dayNumber(civilDay(from, timeZone)), lastDay - TREND_POINTS_MAX + 1);
    const days = Array.from({ length: lastDay - firstDay + 2 }, (_, i) => dayOfNumber(firstDay + i));
    return days.map((day) => dayStart(day, timeZone));
  }
  const size = WINDOW_MS[window];
  const last = Math.floor((to - 1) / size);
  const first = Math.max(Math.floor(from / size), last - TREND_POINTS_MAX + 1);
  return Array.from({ length: last - first + 2 }, (_, i) => (first + i) * size);
}

interface Span {
  from: number;
  to: number;
  price: number;
}

function spansOf(changes: readonly ChangePoint[], freshMs: number): Span[] {
  return changes.map((change, i) => ({
    from: change.at,
    to: Math.min(changes[i + 1]?.at ?? Number.POSITIVE_INFINITY, change.lastSeenAt + freshMs),
    price: change.landedPrice,
  }));
}

function windowPoint(
  competitor: string,
  at: number,
  end: number,
  spans: readonly Span[],
  next: number,
): TrendWindowPoint | null {
  let weight = 0;
  let sum = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let firstPrice: number | null = null;
  let lastPrice = 0;
  for (let i = next; i < spans.length && spans[i]!.from < end; i++) {
    const { from, to, price } = spans[i]!;
    const time = Math.min(to, end) - Math.max(from, at);
    if (time <= 0) continue;
    weight += time;
    sum += time * price;
    squares += time * price * price;
    min = Math.min(min, price);
    firstPrice ??= price;
    lastPrice = price;
  }
  if (firstPrice === null) return null;
  const avg = sum / weight;
  const variance = Math.max(0, squares / weight - avg * avg);
  const direction = lastPrice > firstPrice ? "up" : lastPrice < firstPrice ? "down" : "stable";
  const volatility = Math.round((Math.sqrt(variance) / avg) * 1e6) / 1e6;
  return { competitor, at, avg: Math.round(avg), min, volatility, direction };
}
