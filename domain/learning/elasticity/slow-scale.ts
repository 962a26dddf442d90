import { SLOW_SCALES } from "./own-fit.ts";

/** SKUs of a shop share shocks: so many of them count as one. */
const SHARED = 2;
/** A narrower prior is taken only if it is so much likelier than the wider ones, in logs. */
const LEAD = 3;

/**
 * How large the trends and yearly seasons of a shop's single SKUs are beside their categories', as a share of the widest
 * prior's sds: the log evidence of all SKUs decides among `SLOW_SCALES` (empirical Bayes, type II maximum likelihood). A wide
 * prior is honest but dear: a price that moved once and stayed looks like a trend. The widest scale that is not `LEAD` behind
 * the best one is taken, so that a shop of which little is known keeps the wide prior.
 *
 * @example slowScale([[0, 4, 6, 5], [0, 5, 7, 5]]) // sums / 2 are 0, 4.5, 6.5, 5: a half is the widest within 3 of the best
 */
export function slowScale(evidence: readonly (readonly number[])[]): number {
  const total = SLOW_SCALES.map((_, k) => evidence.reduce((sum, one) => sum + (one[k] ?? 0), 0) / SHARED);
  const best = Math.max(...total);
  return SLOW_SCALES.find((_, k) => total[k]! >= best - LEAD)!;
}
