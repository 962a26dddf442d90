import { DAY_MS } from "../../base/time.ts";
import { isBuyable } from "../../messages/rows.ts";
import {
  isOutranked,
  latestAt,
  latestLevel,
  levelAt,
  type ObservationHistory,
  type PriceLevel,
} from "../competitors/history.ts";

/**
 * Visits what was observed from `since` (inclusive) to the latest, newest first. Stops when `visit` answers false.
 */
export function lookBack(
  history: ObservationHistory,
  since: number,
  visit: (level: PriceLevel, at: number) => boolean | undefined,
): void {
  for (let i = history.count - 1; i >= 0 && history.times[i]! >= since; i--) {
    if (isOutranked(history, i)) continue;
    if (visit(levelAt(history, i), history.times[i]!) === false) return;
  }
}

/**
 * Landed prices of a history in our currency, all at the exchange rate of the latest one: so a price in another
 * currency moves only when the competitor moves it.
 */
export function atLatestRate(history: ObservationHistory): (level: PriceLevel) => number {
  const latest = latestLevel(history);
  const listed = latest?.listed;
  if (latest === null || listed === undefined) return (level) => level.landedPrice;
  const rate = latest.landedPrice / listed;
  return (level) => (level.listed === undefined ? level.landedPrice : Math.round(level.listed * rate));
}

/**
 * Lowest and highest landed price at which the product could be bought in the 24 h up to the latest observation,
 * inclusive.
 */
export function dayRange(history: ObservationHistory): { low: number; high: number } | null {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  const priceOf = atLatestRate(history);
  lookBack(history, latestAt(history) - DAY_MS, (level) => {
    if (!isBuyable(level.availability)) return true;
    low = Math.min(low, priceOf(level));
    high = Math.max(high, priceOf(level));
    return true;
  });
  return high > 0 ? { low, high } : null;
}

/** When the competitor was last seen out of stock in the 24 h up to `clock`, or null. */
export function lastStockoutAt(history: ObservationHistory, clock: number): number | null {
  let found: number | null = null;
  lookBack(history, clock - DAY_MS, (level, at) => {
    if (level.availability !== "out_of_stock") return true;
    found = at;
    return false;
  });
  return found;
}

/** The last landed price that differs from the present one; null if there was none. */
export function previousPrice(history: ObservationHistory): number | null {
  let present: number | null = null;
  let previous: number | null = null;
  const priceOf = atLatestRate(history);
  lookBack(history, Number.NEGATIVE_INFINITY, (level) => {
    if (present === null) present = priceOf(level);
    else if (priceOf(level) !== present) previous = priceOf(level);
    return previous === null;
  });
  return previous;
}

/**
 * Whether the present price was observed at least twice in a row: a single sighting may be a misreading.
 */
export function isConfirmed(history: ObservationHistory): boolean {
  let present: number | null = null;
  let sightings = 0;
  const priceOf = atLatestRate(history);
  lookBack(history, Number.NEGATIVE_INFINITY, (level) => {
    if (present === null) present = priceOf(level);
    if (priceOf(level) !== present) return false;
    sightings++;
    return sightings < 2;
  });
  return sightings > 1;
}
