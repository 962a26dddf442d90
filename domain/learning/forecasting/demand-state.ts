/**
 * What is known of a SKU's demand at the end of the last full day. Plain numbers, taken from the demand
 * filter.
 */
export interface DemandState {
  /** posterior mean of ln(units per fully in-stock day), at the price in force and on an average weekday */
  logMean: number;
  /** posterior variance of the same */
  logVariance: number;
  /** variance of a day's units over their mean, given the level; ≥ 1 */
  dispersion: number;
  /** variance the log level gains per day */
  levelNoise: number;
  /** log factor of each weekday, 0 = Sunday, centred */
  weekday: readonly number[];
}

export const FLAT_WEEK: readonly number[] = [0, 0, 0, 0, 0, 0, 0];

/** Beyond it a level is of no use: it is known only to a factor of 12 at one standard deviation. */
const MAX_LOG_VARIANCE = 6;
/** ±ln 10⁹ units per day */
const MAX_LOG_MEAN = 20.7;

/** True when a forecast can be made from the state: finite numbers in a sane range, seven weekdays. */
function isUsableState(state: DemandState): boolean {
  return (
    Math.abs(state.logMean) <= MAX_LOG_MEAN &&
    state.logVariance >= 0 &&
    state.logVariance <= MAX_LOG_VARIANCE &&
    state.dispersion >= 1 &&
    Number.isFinite(state.dispersion) &&
    state.levelNoise >= 0 &&
    state.levelNoise <= 1 &&
    state.weekday.length === 7 &&
    state.weekday.every(Number.isFinite)
  );
}

/** Gamma posterior of a rate; mean `shape / exposure`. */
interface GammaRate {
  shape: number;
  /** days */
  exposure: number;
}

/**
 * The log-normal of the same mean and variance: var ln λ = ln(1 + 1/shape).
 *
 * @example logMomentsOf({ shape: 1, exposure: 2 }) // logMean −1.0397, logVariance 0.6931
 */
export function logMomentsOf({ shape, exposure }: GammaRate): Pick<DemandState, "logMean" | "logVariance"> {
  const logVariance = Math.min(MAX_LOG_VARIANCE, Math.log1p(1 / shape));
  return { logMean: Math.log(shape / exposure) - logVariance / 2, logVariance };
}

/** What the forecast rests on, best first. */
export type DemandSource = "filter" | "filter without weekdays" | "category share";

export interface DemandHistory {
  /** days in stock and on sale since the first one */
  days: number;
  /** units sold on those days */
  units: number;
  /** days in stock since the last sale; equal to `days` when nothing was ever sold */
  daysSinceSale: number;
}

/** The category as a prior for a SKU with little history of its own. */
export interface CategoryDemand {
  /** units per day of the whole category on in-stock days */
  unitsPerDay: number;
  /** the part of it expected of this SKU; 1 / number of SKUs when nothing better is known */
  share: number;
  dispersion: number;
  levelNoise: number;
  weekday: readonly number[];
}

const MIN_HISTORY_DAYS = 14;
const MIN_WEEKDAY_DAYS = 28;
const DORMANT_DAYS = 60;
/** half a unit of evidence for the category's share */
const PRIOR_SHAPE = 0.5;

/**
 * The demand state to forecast from: the filter's; without weekday factors below 28 days of history; below 14
 * days, after 60 days without a sale, or when the filter's state is unusable, the gamma posterior of the
 * SKU's own units under the category's share as prior (shape ½). Null when there is nothing usable at all.
 *
 * @example 4 units in 10 days, in a category of 20 units a day of which 0.05 is expected of the SKU
 * // shape 4.5, exposure 10.5: logMean −0.9476, logVariance 0.2007, source "category share"
 */
export function demandStateFor(
  history: DemandHistory,
  filter: DemandState | null,
  category: CategoryDemand | null,
): { state: DemandState; source: DemandSource } | null {
  const informed = history.days >= MIN_HISTORY_DAYS && history.daysSinceSale < DORMANT_DAYS;
  if (informed && filter && isUsableState(filter)) {
    if (history.days >= MIN_WEEKDAY_DAYS) return { state: filter, source: "filter" };
    return { state: { ...filter, weekday: FLAT_WEEK }, source: "filter without weekdays" };
  }
  const state = category && categoryState(history, category);
  if (state) return { state, source: "category share" };
  return filter && isUsableState(filter) ? { state: filter, source: "filter" } : null;
}

function categoryState(history: DemandHistory, category: CategoryDemand): DemandState | null {
  const expected = category.unitsPerDay * category.share;
  if (!(expected > 0) || !(history.units >= 0) || !(history.days >= 0)) return null;
  const { dispersion, levelNoise, weekday } = category;
  const recent = history.daysSinceSale >= DORMANT_DAYS;
  const state = {
    ...logMomentsOf({
      shape: PRIOR_SHAPE + (recent ? 0 : history.units),
      exposure: PRIOR_SHAPE / expected + (recent ? history.daysSinceSale : history.days),
    }),
    dispersion,
    levelNoise,
    weekday,
  };
  return isUsableState(state) ? state : null;
}
