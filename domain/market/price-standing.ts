/** Where a price stands among those of the days before. Prices in any one unit. */
export interface PriceStanding {
  /** days whose price is known */
  days: number;
  low: number;
  high: number;
  /** share of the days on which more was asked, days of the same price as half */
  cheaperThan: number;
}

/** Fewer days do not say what is usual. */
const DAYS_MIN = 14;

/**
 * How cheap a price is by its own past: its percentile among the mean prices of the days, from 0 (never was it dearer) to 1
 * (never cheaper). Null where fewer than 14 days are known. (The percentile rank of statistics, ties counted as half.)
 *
 * @example ten days at 100 and ten at 80, now 80 // 0.75: dearer on 10 days, as dear on 10 of 20
 */
export function priceStanding(past: readonly number[], price: number): PriceStanding | null {
  if (past.length < DAYS_MIN) return null;
  const dearer = past.filter((one) => one > price).length;
  const same = past.filter((one) => one === price).length;
  return {
    days: past.length,
    low: Math.min(...past),
    high: Math.max(...past),
    cheaperThan: (dearer + same / 2) / past.length,
  };
}
