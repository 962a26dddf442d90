import { civilDay, DAY_MS, dayNumber, dayOfNumber, dayStart } from "../../base/time.ts";
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

interface DayBounds {
  start: number;
  end: number;
  /** of the day after */
  next: number;
}

/** The bounds of days by zone: all SKUs of a shop have the same few hundred days. */
const knownBounds = new Map<string, Map<string, DayBounds>>();
/** Days remembered of a zone: more than ten years. */
const KNOWN_DAYS_MAX = 4_000;

/** The first instant of each day and of the next. */
function dayBounds(days: readonly string[], timeZone: string): DayBounds[] {
  const known = knownBounds.get(timeZone) ?? new Map<string, DayBounds>();
  knownBounds.set(timeZone, known);
  if (known.size > KNOWN_DAYS_MAX) known.clear();
  let near: { number: number; start: number } | null = null;
  return days.map((day) => {
    const bounds = known.get(day) ?? boundsOf(dayNumber(day), timeZone, near);
    known.set(day, bounds);
    near = { number: bounds.next, start: bounds.end };
    return bounds;
  });
}

function boundsOf(number: number, timeZone: string, near: { number: number; start: number } | null) {
  const start = startOf(number, timeZone, near);
  const next = number + 1;
  return { start, end: startOf(next, timeZone, { number, start }), next };
}

/** The start of a day, counted on from a known one where the clocks did not change in between. */
function startOf(number: number, timeZone: string, near: { number: number; start: number } | null): number {
  const day = dayOfNumber(number);
  if (near === null) return dayStart(day, timeZone);
  const guess = near.start + (number - near.number) * DAY_MS;
  const isStart = civilDay(guess, timeZone) === day && civilDay(guess - 1, timeZone) < day;
  return isStart ? guess : dayStart(day, timeZone);
}
