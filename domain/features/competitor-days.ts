import type { CompetitorHistory } from "../messages/history.ts";
import { isBuyable } from "../observations/availability.ts";
import { dayOfNumber, dayStart } from "../time/civil-day.ts";

/** The ends of a span of civil days as instants, computed once for all SKUs. */
export interface DayEnds {
  /** day number of the first day */
  first: number;
  /** instant at which each day ends, ms */
  ends: number[];
}

/** The ends of the days `first` to `last`, day numbers of `timeZone`. */
export function dayEnds(first: number, last: number, timeZone: string): DayEnds {
  const days = Math.max(0, last - first + 1);
  return {
    first,
    ends: Array.from({ length: days }, (_, i) => dayStart(dayOfNumber(first + i + 1), timeZone)),
  };
}

/** What one competitor asked at the end of a day: minor units, null when it was not being looked at. */
export interface CompetitorClose {
  price: number | null;
  inStock: boolean;
}

const UNSEEN: CompetitorClose = { price: null, inStock: false };

/**
 * A competitor's landed price at the end of each day. A price is in effect until the next change, but no longer than
 * `freshMs` after the observation that last confirmed it.
 */
export function competitorCloses(
  { points }: CompetitorHistory,
  { ends }: DayEnds,
  freshMs: number,
): CompetitorClose[] {
  let next = 0;
  return ends.map((end) => {
    while (next < points.length && points[next]!.at < end) next++;
    const point = points[next - 1];
    if (point === undefined || end - point.lastSeenAt > freshMs) return UNSEEN;
    return { price: point.landedPrice, inStock: isBuyable(point.availability) };
  });
}

/** The prices alone, minor units; NaN where it was not being looked at. */
export function closePrices({ points }: CompetitorHistory, { ends }: DayEnds, freshMs: number): Float64Array {
  const prices = new Float64Array(ends.length).fill(Number.NaN);
  let next = 0;
  for (let day = 0; day < ends.length; day++) {
    const end = ends[day]!;
    while (next < points.length && points[next]!.at < end) next++;
    const point = points[next - 1];
    if (point !== undefined && end - point.lastSeenAt <= freshMs) prices[day] = point.landedPrice;
  }
  return prices;
}
