import type { CompetitorHistory } from "../messages/history.ts";
import { civilDay, dayNumber, dayOfNumber, dayStart } from "../time/civil-day.ts";
import { isBuyable } from "./availability.ts";

const DAY_MS = 86_400_000;

/**
 * The cheapest competitor price of each day: the lowest landed price (minor units) at which any competitor
 * could be bought at some instant of the civil day, or null if there was none.
 * A price is in effect from its first observation until the next change, but no longer than `freshMs` after
 * the last observation that confirmed it: a competitor that is no longer looked at is no market.
 * @param days ascending `YYYY-MM-DD`, civil days of `timeZone` (IANA); gaps are allowed
 */
export function cheapestByDay(
  competitors: readonly CompetitorHistory[],
  days: readonly string[],
  timeZone: string,
  freshMs: number,
): (number | null)[] {
  const bounds = dayBounds(days, timeZone);
  const cheapest = days.map(() => Number.POSITIVE_INFINITY);
  for (const { points } of competitors) {
    let day = 0;
    for (const [i, point] of points.entries()) {
      if (!isBuyable(point.availability)) continue;
      const end = Math.min(points[i + 1]?.at ?? Number.POSITIVE_INFINITY, point.lastSeenAt + freshMs);
      // points ascend: a day that ended before this one began is of no use to the later ones either
      while (day < bounds.length && bounds[day]!.end <= point.at) day++;
      for (let d = day; d < bounds.length && bounds[d]!.start < end; d++)
        cheapest[d] = Math.min(cheapest[d]!, point.landedPrice);
    }
  }
  return cheapest.map((price) => (price === Number.POSITIVE_INFINITY ? null : price));
}

/** First instant of each day and of the one after it. */
function dayBounds(days: readonly string[], timeZone: string): { start: number; end: number }[] {
  let near: { number: number; start: number } | null = null;
  return days.map((day) => {
    const number = dayNumber(day);
    const start = startOf(number, timeZone, near);
    const end = startOf(number + 1, timeZone, { number, start });
    near = { number: number + 1, start: end };
    return { start, end };
  });
}

/** Counts on from a known day, which is right except where the clocks changed in between. */
function startOf(number: number, timeZone: string, near: { number: number; start: number } | null): number {
  const day = dayOfNumber(number);
  if (near === null) return dayStart(day, timeZone);
  const guess = near.start + (number - near.number) * DAY_MS;
  const isStart = civilDay(guess, timeZone) === day && civilDay(guess - 1, timeZone) < day;
  return isStart ? guess : dayStart(day, timeZone);
}
