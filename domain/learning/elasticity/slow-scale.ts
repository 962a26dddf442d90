import { CALENDAR_SCALES, SLOW_SCALES, type SlowScales } from "./own-design.ts";

/** SKUs of a shop share shocks: so many of them count as one. */
const SHARED = 2;
/** A narrower prior is taken only if it is so much likelier than the wider ones, in logs. */
const LEAD = 3;

/**
 * How large the trends and the yearly seasons of a shop's single SKUs are beside their categories', as shares of the widest
 * priors' sds: the log evidence of all SKUs decides among `SLOW_SCALES` (empirical Bayes, type II maximum likelihood). A wide
 * prior is honest but dear: a price that moved once and stayed looks like a trend. Of the pairs that are not `LEAD` behind the
 * best one the widest is taken, so that a shop of which little is known keeps the wide priors. Trends and seasons have a share
 * each: SKUs that grow, each at its own rate, need not have seasons of their own.
 *
 * @example slowScales([]) // { trend: 1, season: 1 }
 */
export function slowScales(evidence: readonly (readonly number[])[]): SlowScales {
  return widestLikely(SLOW_SCALES, evidence, ({ trend, season }) => trend * season);
}

/**
 * How far the weekdays and parts of the month of single SKUs go beyond their categories', in the same way. Where they do not, a
 * price that moved for some days of a month is compared with all others.
 *
 * @example calendarScale([]) // 1
 */
export function calendarScale(evidence: readonly (readonly number[])[]): number {
  return widestLikely(CALENDAR_SCALES, evidence, (scale) => scale);
}

function widestLikely<T>(
  scales: readonly T[],
  evidence: readonly (readonly number[])[],
  widthOf: (scale: T) => number,
): T {
  const total = scales.map((_, k) => evidence.reduce((sum, one) => sum + (one[k] ?? 0), 0) / SHARED);
  const best = Math.max(...total);
  const likely = scales.filter((_, k) => total[k]! >= best - LEAD);
  return likely.reduce((widest, one) => (widthOf(one) > widthOf(widest) ? one : widest));
}
