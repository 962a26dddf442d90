import { DAY_MS } from "../base/time.ts";

/** A price from an instant on, until the next. Minor units, ms. */
export interface PricePoint {
  price: number;
  at: number;
}

/** What may be announced of a reduction. */
export interface PriorPrice {
  /** lowest price of the 30 days before the reduction; null = none is known */
  prior: number | null;
  /** when that price was first and last in force within these days */
  from: number | null;
  until: number | null;
  /** first instant of the 30 days, ms */
  windowStart: number;
  /** no price is known at the window's start: the product is newer than that */
  isShorter: boolean;
}

/** The days before a reduction that count, ms. */
export const PRIOR_PRICE_WINDOW_MS = 30 * DAY_MS;

/**
 * The lowest price in force in the 30 days before `start`, the first moment of a reduction: the price carried in from
 * before the window counts, that of the reduction itself does not.
 * Source: Directive 98/6/EC, Article 6a, and the Commission's notice 2021/C 526/02 on it.
 *
 * @param points in order of time; of those before the window at least the last
 * @param start ms
 * @example
 * const points = [{ price: 2000, at: 0 }, { price: 1800, at: 50 * DAY_MS }, { price: 2000, at: 55 * DAY_MS }];
 * priorPrice(points, 60 * DAY_MS).prior // 1800
 * priorPrice(points, 90 * DAY_MS).prior // 2000: the low ended before the window of 30 days
 */
export function priorPrice(points: readonly PricePoint[], start: number): PriorPrice {
  const windowStart = start - PRIOR_PRICE_WINDOW_MS;
  let prior: number | null = null;
  let from: number | null = null;
  let until: number | null = null;
  points.forEach(({ price, at }, i) => {
    const end = Math.min(start, points[i + 1]?.at ?? start);
    if (end <= windowStart || end <= at) return;
    if (prior !== null && price > prior) return;
    if (prior === null || price < prior) from = Math.max(at, windowStart);
    prior = price;
    until = end;
  });
  const first = points[0];
  return { prior, from, until, windowStart, isShorter: first === undefined || first.at > windowStart };
}

/**
 * The largest reduction that may be claimed for a new price, whole percent; 0 where the price is not reduced.
 *
 * @param price minor units, as `prior`
 * @example claimPercent(2000, 1801) // 9: it is 9.95 %
 */
export function claimPercent(prior: number | null, price: number): number {
  if (prior === null || price >= prior) return 0;
  // in integers: 100·(1 − 0.9) is less than 10 in binary fractions
  return Math.floor((100 * (prior - price)) / prior);
}
