import { dayIndex } from "../../base/time.ts";
import type { FeatureDay } from "./sku-features.ts";

const FAST = 0.3;
const SLOW = 0.03;
const CONVERSION_DAYS = 7;
const HALF_LIFE_DAYS = 1;
const USUAL_DAYS = 28;

/**
 * What shoppers did lately, from the days of demand: two smoothed rates of sales, the week's purchases per view, and
 * demand points (views, carts and purchases) in total, decayed with a half-life of a day, and at the usual level of the
 * decayed sum over four weeks. On the first day nothing but the last hour is known.
 *
 * @example 2 units, 20 views, 4 carts on the first day and 4, 40, 8 on the second
 * // conversionRate 0.1, fastVelocity 2.6, slowVelocity 2.06, demandPoints 126, decayedPoints 105, usualPoints 126
 */
export function activityView(days: readonly FeatureDay[], purchasesLastHour: number): ActivityView {
  const last = days.at(-1);
  if (!last) return { ...NOTHING_YET, purchasesLastHour };
  let fast = days[0]!.units;
  let slow = fast;
  for (const { units } of days) {
    fast += FAST * (units - fast);
    slow += SLOW * (units - slow);
  }
  const today = dayIndex(last.day);
  const recent = days.slice(-USUAL_DAYS);
  const points = recent.reduce((sum, day) => sum + pointsOf(day), 0);
  const decayed = recent.reduce(
    (sum, day) => sum + pointsOf(day) * 0.5 ** ((today - dayIndex(day.day)) / HALF_LIFE_DAYS),
    0,
  );
  return {
    purchasesLastHour,
    conversionRate: conversionRate(days.slice(-CONVERSION_DAYS)),
    fastVelocity: fast,
    slowVelocity: slow,
    demandPoints: days.reduce((sum, day) => sum + pointsOf(day), 0),
    decayedPoints: decayed,
    usualPoints: points / recent.length / (1 - 0.5 ** (1 / HALF_LIFE_DAYS)),
  };
}

const NOTHING_YET: Omit<ActivityView, "purchasesLastHour"> = {
  conversionRate: null,
  fastVelocity: 0,
  slowVelocity: 0,
  demandPoints: 0,
  decayedPoints: 0,
  usualPoints: 0,
};

function pointsOf(day: FeatureDay): number {
  const { view, cart, purchase } = DEMAND_POINTS;
  return view * (day.views ?? 0) + cart * (day.carts ?? 0) + purchase * day.units;
}

function conversionRate(days: readonly FeatureDay[]): number | null {
  const seen = days.filter(({ views }) => views !== undefined);
  const views = seen.reduce((sum, day) => sum + day.views!, 0);
  if (views === 0) return null;
  return Math.min(1, seen.reduce((sum, { units }) => sum + units, 0) / views);
}

/** What shoppers did lately, for the strategies that price by it. */
export interface ActivityView {
  purchasesLastHour: number;
  /** purchases per view, 0..1; null without views */
  conversionRate: number | null;
  /** daily units, exponentially smoothed with weights 0.3 and 0.03 */
  fastVelocity: number;
  slowVelocity: number;
  /**
   * weighted views, carts and purchases: in total, with a half-life of a day, and the usual level of the decayed sum
   */
  demandPoints: number;
  decayedPoints: number;
  usualPoints: number;
}

/** Points of demand: a view 1, a cart 3, a purchase 5. */
const DEMAND_POINTS = { view: 1, cart: 3, purchase: 5 } as const;
