import { dayNumber, dayOfNumber, dayStart } from "../../base/time.ts";
import { isBuyable } from "../../messages/rows.ts";
import type { ChangePoint, CompetitorHistory } from "../../messages/shard.ts";
import { type FreshnessSettings, offerFreshMs } from "../../settings/freshness.ts";
import { firstAfter, isOutranked, levelAt, type ObservationHistory, sameLevel } from "./history.ts";

/**
 * The runs of equal price, landed price and availability, oldest first, from what was observed at or before
 * `asOf` (ms). Depends only on the set of observations, not on the order in which they arrived.
 */
export function changePoints(history: ObservationHistory, asOf = Number.POSITIVE_INFINITY): ChangePoint[] {
  const points: ChangePoint[] = [];
  const end = firstAfter(history, asOf);
  let last: ChangePoint | null = null;
  for (let i = 0; i < end; i++) {
    if (isOutranked(history, i)) continue;
    const at = history.times[i]!;
    const level = levelAt(history, i);
    if (last !== null && sameLevel(last, level)) last.lastSeenAt = at;
    else {
      last = { at, lastSeenAt: at, ...level };
      points.push(last);
    }
  }
  return points;
}

/**
 * The cheapest competitor price of each day: the lowest landed price (minor units) at which any competitor
 * could be bought at some instant of the civil day, or null if there was none.
 * A price is in effect from its first observation until the next change, but only as long as the offer is fresh: a
 * competitor that is no longer observed is no longer part of the market.
 * @param days ascending `YYYY-MM-DD`, civil days of `timeZone` (IANA); gaps are allowed
 */
export function cheapestByDay(
  competitors: readonly CompetitorHistory[],
  days: readonly string[],
  timeZone: string,
  settings: FreshnessSettings,
): (number | null)[] {
  const bounds = dayBounds(days, timeZone);
  const cheapest = days.map(() => Number.POSITIVE_INFINITY);
  for (const { competitor, points } of competitors) {
    const freshMs = offerFreshMs(competitor, settings);
    let day = 0;
    for (const [i, point] of points.entries()) {
      if (!isBuyable(point.availability)) continue;
      const end = Math.min(points[i + 1]?.at ?? Number.POSITIVE_INFINITY, point.lastSeenAt + freshMs);
      // points ascend, so days that ended before this one began are over for the later points too
      while (day < bounds.length && bounds[day]!.end <= point.at) day++;
      for (let d = day; d < bounds.length && bounds[d]!.start < end; d++)
        cheapest[d] = Math.min(cheapest[d]!, point.landedPrice);
    }
  }
  return cheapest.map((price) => (price === Number.POSITIVE_INFINITY ? null : price));
}

/** The first instant of each day and of the next. */
function dayBounds(days: readonly string[], timeZone: string): DayBounds[] {
  const known = boundsOf(timeZone);
  return days.map((day) => {
    let bounds = known.get(day);
    if (bounds === undefined) {
      bounds = {
        start: dayStart(day, timeZone),
        end: dayStart(dayOfNumber(dayNumber(day) + 1), timeZone),
      };
      known.set(day, bounds);
    }
    return bounds;
  });
}

interface DayBounds {
  start: number;
  end: number;
}

/** When each civil day begins and ends, by time zone: all SKUs ask for the same days. */
const BOUNDS = new Map<string, Map<string, DayBounds>>();

function boundsOf(timeZone: string): Map<string, DayBounds> {
  const known = BOUNDS.get(timeZone) ?? new Map<string, DayBounds>();
  BOUNDS.set(timeZone, known);
  return known;
}
