import { SLOW_SCALES, type SlowScales } from "./own-design.ts";

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
  const total = SLOW_SCALES.map((_, k) => evidence.reduce((sum, one) => sum + (one[k] ?? 0), 0) / SHARED);
  const best = Math.max(...total);
  const likely = SLOW_SCALES.filter((_, k) => total[k]! >= best - LEAD);
  return likely.reduce((widest, one) => (widthOf(one) > widthOf(widest) ? one : widest));
}

function widthOf({ trend, season }: SlowScales): number {
  return trend * season;
}
