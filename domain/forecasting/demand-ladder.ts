import { type DemandState, FLAT_WEEK, isUsableState, logMomentsOf } from "./demand-state.ts";

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

/** The category as a prior for a SKU that says little itself. */
export interface CategoryDemand {
  /** units per day of the whole category on in-stock days */
  unitsPerDay: number;
  /** the part of it expected of this SKU; 1 / number of SKUs when nothing better is known */
  share: number;
  dispersion: number;
  levelNoise: number;
  weekday: readonly number[];
}

export const MIN_HISTORY_DAYS = 14;
export const MIN_WEEKDAY_DAYS = 28;
export const DORMANT_DAYS = 60;
/** half a unit of evidence for the category's share */
const PRIOR_SHAPE = 0.5;

/**
 * The demand state to forecast from: the filter's; without weekday factors below 28 days of history; below 14
 * days, after 60 days without a sale, or when the filter's state is unusable, the gamma posterior of the
 * SKU's own units under the category's share as prior (shape ½). Null when there is nothing usable at all.
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
