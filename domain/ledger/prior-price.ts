import { civilDaysBefore } from "../base/time.ts";

/** A price from one instant until another, in the order of time. Minor units, ms; `until` may be infinite. */
export interface PriceSpan {
  price: number;
  from: number;
  until: number;
}

/** When a product became active or inactive, ms. */
interface StatusChange {
  at: number;
  status: string;
}

/** What a Member State may rule otherwise than Article 6a(2) does: see the setting `priorPrice`. */
export interface NationalRules {
  /** a price that is reduced step by step is compared with the price before the first step (Article 6a(5)) */
  progressive: boolean;
  /** perishable goods are compared with the price just before the reduction (Article 6a(3)) */
  isPerishable: boolean;
  /** goods that are on sale for less than the period are compared within the time that they are (Article 6a(4)) */
  newGoods: "since_launch" | "none";
}

/** What may be announced of a reduction. Minor units, ms. */
export interface PriorPrice {
  /** first moment of the reduction */
  start: number;
  /** null = none is known */
  prior: number | null;
  /** when that price was first and last in force within the days that count */
  from: number | null;
  until: number | null;
  windowStart: number;
  /** no price is known at the window's start: the product, or what we know of it, is newer than that */
  isShorter: boolean;
}

/** The days before a reduction that count. */
const PRIOR_PRICE_DAYS = 30;

/** Prices from instants on, as spans. @param points in order of time */
export function spansOf(points: readonly { price: number; at: number }[]): PriceSpan[] {
  const spans = points.map(({ price, at }, i) => ({
    price,
    from: at,
    until: points[i + 1]?.at ?? Number.POSITIVE_INFINITY,
  }));
  return spans.filter(({ from, until }) => from < until);
}

/**
 * The parts of the spans at which the product could be bought: a price at which nothing could be bought was not applied.
 *
 * @param changes of its status, in order of time; before the first it was what that one ended
 * @param launch its first instant on sale, ms
 */
export function onSale(
  spans: readonly PriceSpan[],
  changes: readonly StatusChange[],
  launch: number,
): PriceSpan[] {
  const states = [{ at: Number.NEGATIVE_INFINITY, status: otherThan(changes[0]?.status) }, ...changes];
  const periods = states.flatMap(({ at, status }, i) =>
    status === "active"
      ? [{ from: Math.max(at, launch), until: states[i + 1]?.at ?? Number.POSITIVE_INFINITY }]
      : [],
  );
  return spans.flatMap(({ price, from, until }) =>
    periods
      .map((period) => ({
        price,
        from: Math.max(from, period.from),
        until: Math.min(until, period.until),
      }))
      .filter((part) => part.from < part.until),
  );
}

function otherThan(status: string | undefined): string {
  return status === "active" ? "inactive" : "active";
}

/** The price at which a product was on sale at an instant; null = it was not. */
export function priceAt(spans: readonly PriceSpan[], at: number): number | null {
  return spans.find(({ from, until }) => from <= at && at < until)?.price ?? null;
}

/**
 * When the reduction began that is in force at an instant: the price was higher before. Null if it was not reduced.
 *
 * @param progressive whether the steps of one reduction count as one
 */
export function reductionStart(spans: readonly PriceSpan[], at: number, progressive: boolean): number | null {
  let i = spans.findIndex(({ from, until }) => from <= at && at < until);
  let start: number | null = null;
  for (; i > 0; i--) {
    const [before, span] = [spans[i - 1]!, spans[i]!];
    if (before.price < span.price || (before.price > span.price && start !== null && !progressive)) break;
    if (before.price > span.price) start = span.from;
  }
  return start;
}

/**
 * The lowest price at which a product was on sale in the 30 civil days before `start`, the first moment of a reduction:
 * the price carried in from before counts, that of the reduction itself does not.
 * Source: Directive 98/6/EC, Article 6a, and the Commission's notice 2021/C 526/02 on it.
 *
 * @param start ms
 * @example
 * const rules = { progressive: false, isPerishable: false, newGoods: "since_launch" };
 * const spans = spansOf([{ price: 2000, at: 0 }, { price: 1800, at: 50 * DAY_MS }, { price: 2000, at: 55 * DAY_MS }]);
 * priorPrice(spans, 60 * DAY_MS, "UTC", rules).prior // 1800
 * priorPrice(spans, 90 * DAY_MS, "UTC", rules).prior // 2000: the low ended before the window of 30 days
 */
export function priorPrice(
  spans: readonly PriceSpan[],
  start: number,
  timeZone: string,
  { isPerishable, newGoods }: NationalRules,
): PriorPrice {
  const windowStart = civilDaysBefore(start, PRIOR_PRICE_DAYS, timeZone);
  const before = spans.filter(({ from }) => from < start);
  const isShorter = before.length === 0 || before.every(({ from }) => from > windowStart);
  const answer = { start, windowStart, isShorter, prior: null, from: null, until: null };
  const within = before
    .map(({ price, from, until }) => ({
      price,
      from: Math.max(from, windowStart),
      until: Math.min(until, start),
    }))
    .filter(({ from, until }) => from < until);
  const counted = isPerishable ? within.slice(-1) : within;
  if (counted.length === 0 || (isShorter && newGoods === "none")) return answer;
  const prior = Math.min(...counted.map(({ price }) => price));
  const lowest = counted.filter(({ price }) => price === prior);
  return { ...answer, prior, from: lowest[0]!.from, until: lowest.at(-1)!.until };
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
