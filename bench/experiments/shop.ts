import { gamma, normal, poisson, uniform } from "../../domain/base/keyed-random.ts";
import type { Cluster } from "../../domain/experiments/assignment.ts";
import type { ClusterDays } from "../../domain/experiments/estimate.ts";

/** Demand by day of the week. */
const WEEK = [0.95, 0.92, 0.94, 0.98, 1.05, 1.12, 1.04];
/** Days of history before the first day of a test, of which the last are the pre-period. */
export const HISTORY_DAYS = 84;
export const PRE_DAYS = 28;

/** Daily profit of each cluster over history and test, minor units, before any test. */
export interface ShopDays {
  clusters: Cluster[];
  profits: Float64Array[];
}

/**
 * A keyed shop: mean demand from under one to dozens of units a day, levels that wander by 3.5 % a day, weeks, and
 * overdispersed counts.
 */
export function shopDays(seed: number, clusters: number, days: number): ShopDays {
  const length = HISTORY_DAYS + days;
  const profits = Array.from({ length: clusters }, (_, i) => clusterDays(seed, i, length));
  return {
    profits,
    clusters: profits.map((values, i) => {
      const pre = preOf(values, HISTORY_DAYS);
      return { cluster: `C${i}`, category: `category ${i % 10}`, pre, preRevenue: 3 * pre };
    }),
  };
}

function clusterDays(seed: number, i: number, length: number): Float64Array {
  const demand = Math.min(150, Math.exp(Math.log(3) + 1.2 * normal(seed, 11, i)));
  const unitProfit = Math.round(800 * Math.exp(0.5 * normal(seed, 12, i)));
  let level = 0.2 * normal(seed, 20, i);
  const values = new Float64Array(length);
  for (let day = 0; day < length; day++) {
    level = 0.985 * level + 0.035 * normal(seed, 21, i, day);
    const mean = demand * Math.exp(level) * WEEK[day % 7]! * (gamma(6, seed, 50, i, day) / 6);
    values[day] = unitProfit * poisson(mean, uniform(seed, 51, i, day));
  }
  return values;
}

/** Mean profit of a day of the pre-period that ends before `day`. */
function preOf(values: Float64Array, day: number): number {
  return values.subarray(day - PRE_DAYS, day).reduce((sum, value) => sum + value, 0) / PRE_DAYS;
}

/** What the assigned clusters did from day `from` (of the whole span) for so many days, with an effect on treated days. */
export function observed(
  { clusters, profits }: ShopDays,
  assigned: readonly { cluster: string; matched: string; arm: number }[],
  {
    from,
    days,
    lift = 0,
    armOf,
  }: {
    from: number;
    days: number;
    lift?: number;
    armOf?: (cluster: string, day: number) => number;
  },
): ClusterDays[] {
  const rowOf = new Map(clusters.map(({ cluster }, i) => [cluster, i]));
  return assigned.map(({ cluster, matched, arm }) => {
    const values = profits[rowOf.get(cluster)!]!;
    const isTreated = (day: number) => (armOf ? armOf(cluster, day) : arm) === 1;
    return {
      ...{ cluster, matched, arm },
      pre: preOf(values, from),
      days: Array.from({ length: days }, (_, day) => values[from + day]! * (isTreated(day) ? 1 + lift : 1)),
    };
  });
}
