/**
 * Mean number of periods between sales from which demand is called intermittent (Syntetos, Boylan & Croston
 * 2005, JORS 56).
 */
export const INTERMITTENT_INTERVAL = 1.32;

const SIZE_WEIGHT = 0.1;
const OCCURRENCE_WEIGHT = 0.1;

/**
 * Periods per period with a sale; Infinity when nothing was sold. Missing values do not count.
 *
 * @example averageDemandInterval([0, 3, 0, 0, 2]) // 2.5
 */
export function averageDemandInterval(series: readonly number[]): number {
  let periods = 0;
  let sales = 0;
  for (const units of series) {
    if (!Number.isFinite(units)) continue;
    periods++;
    if (units > 0) sales++;
  }
  return sales > 0 ? periods / sales : Number.POSITIVE_INFINITY;
}

/**
 * Demand per period by Teunter, Syntetos & Babai (2011, EJOR 214): probability of a sale, smoothed every
 * period, times the size of a sale, smoothed when there is one (both weights 0.1). Started at the first sale:
 * its size, and one over the periods until it. 0 when nothing was sold.
 *
 * @example tsb([0, 3, 0, 0, 2]) // size 2.9 · probability 0.4645 = 1.34705
 */
export function tsb(series: readonly number[]): number {
  let size = 0;
  let probability = 0;
  let waiting = 0;
  for (const units of series) {
    if (!Number.isFinite(units)) continue;
    waiting++;
    if (size === 0) {
      if (units > 0) {
        size = units;
        probability = 1 / waiting;
      }
      continue;
    }
    if (units > 0) size += SIZE_WEIGHT * (units - size);
    probability += OCCURRENCE_WEIGHT * ((units > 0 ? 1 : 0) - probability);
  }
  return probability * size;
}

/**
 * Demand per period by the Syntetos–Boylan approximation (2005, IJF 21): Croston's smoothed size over
 * smoothed interval, both updated at sales only, times 1 − α/2 against its bias. 0 when nothing was sold.
 *
 * @example sba([0, 3, 0, 0, 2]) // 0.95 · 2.9 / 2.1 = 1.3119
 */
export function sba(series: readonly number[]): number {
  let size = 0;
  let interval = 0;
  let waiting = 0;
  for (const units of series) {
    if (!Number.isFinite(units)) continue;
    waiting++;
    if (!(units > 0)) continue;
    if (size === 0) {
      size = units;
      interval = waiting;
    } else {
      size += SIZE_WEIGHT * (units - size);
      interval += SIZE_WEIGHT * (waiting - interval);
    }
    waiting = 0;
  }
  return size > 0 ? ((1 - SIZE_WEIGHT / 2) * size) / interval : 0;
}
