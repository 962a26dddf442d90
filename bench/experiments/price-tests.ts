import {
  type AssignedCluster,
  assignMatched,
  assignSwitchback,
  type Periods,
  switchbackArm,
} from "../../domain/experiments/assignment.ts";
import { chanceBound, sumsOf } from "../../domain/experiments/confidence-sequence.ts";
import {
  liftOf,
  matchedDifferences,
  switchbackDifferences,
  winsorised,
} from "../../domain/experiments/estimate.ts";
import {
  type Design,
  daysNeeded,
  designNoise,
  plannedVariance,
  powerIn,
} from "../../domain/experiments/power.ts";
import { HISTORY_DAYS, observed, PRE_DAYS, type ShopDays, shopDays } from "./shop.ts";

export type DesignName = "matched" | "switchback";

const PERIODS: Periods = { days: 7, burnIn: 1 };
const ALPHA = 0.05;
/** Looks before it are too early for the normal limit. */
const FIRST_LOOK = 14;

interface Plan {
  assigned: AssignedCluster[];
  variance: number;
  days: number;
}

function designOf(design: DesignName, salt: number): Design {
  return design === "matched" ? { kind: "matched" } : { kind: "switchback", periods: PERIODS, salt };
}

/** Assigns and plans a test on a shop's history, as the product does. */
function planOf(shop: ShopDays, design: DesignName, salt: number, days: number): Plan & { mdeShare: number } {
  const assigned =
    design === "matched"
      ? assignMatched(shop.clusters, 2, salt)
      : assignSwitchback(shop.clusters, PERIODS, salt);
  const span = HISTORY_DAYS - PRE_DAYS;
  const history = observed(shop, assigned, { from: PRE_DAYS, days: span });
  const noise = designNoise(winsorised(history), designOf(design, salt));
  const variance = plannedVariance(noise, days, designOf(design, salt));
  return { assigned, variance, days, mdeShare: powerIn(noise, days, ALPHA, 0.8).mdeShare ?? Number.NaN };
}

/** The test of a shop looked at every day: whether it ever rejected, and where the interval stood at that time. */
function watch(shop: ShopDays, plan: Plan, design: DesignName, salt: number, lift: number) {
  const armOf =
    design === "switchback"
      ? (cluster: string, day: number) => switchbackArm(cluster, day, PERIODS, salt)
      : undefined;
  const all = winsorised(
    observed(shop, plan.assigned, { from: HISTORY_DAYS, days: plan.days, lift, ...(armOf && { armOf }) }),
  );
  const step = design === "matched" ? 1 : 2 * PERIODS.days;
  for (let day = Math.max(FIRST_LOOK, step); day <= plan.days; day += step) {
    const soFar = all.map((one) => ({ ...one, days: one.days.slice(0, day) }));
    const compared =
      design === "matched" ? matchedDifferences(soFar, 1) : switchbackDifferences(soFar, PERIODS, salt);
    const { differences } = compared;
    const { sum, squares } = sumsOf(differences);
    if (sum * sum > chanceBound(squares, plan.variance, ALPHA) || day + step > plan.days) {
      const found = liftOf(compared, plan.variance, ALPHA);
      return { day, found };
    }
  }
  return null;
}

export interface WatchFigures {
  runs: number;
  rejected: number;
  /** share of the runs whose interval, when the test stopped, held the true effect */
  covered: number;
  medianDay: number;
}

/** A/A tests, or tests of a true effect, each on a shop of its own. */
export function playTests(
  design: DesignName,
  {
    runs,
    clusters,
    days,
    lift = 0,
    firstSeed = 1,
  }: {
    runs: number;
    clusters: number;
    days: number;
    lift?: number;
    firstSeed?: number;
  },
): WatchFigures & { mdeShare: number } {
  let [rejected, covered, mde] = [0, 0, 0];
  const stops: number[] = [];
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const shop = shopDays(seed, clusters, days);
    const plan = planOf(shop, design, seed, days);
    mde += plan.mdeShare / runs;
    const end = watch(shop, plan, design, seed, lift)!;
    if (end.found.p <= ALPHA) rejected++;
    const [lo, hi] = end.found.relativeInterval ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (lo <= lift && lift <= hi) covered++;
    stops.push(end.day);
  }
  stops.sort((a, b) => a - b);
  return {
    ...{ runs, rejected: rejected / runs, covered: covered / runs },
    medianDay: stops[Math.floor(runs / 2)]!,
    mdeShare: mde,
  };
}

/** Days that a plan on one shop gives for an effect of this share; null if a year is not enough. */
export function plannedDays(design: DesignName, clusters: number, share: number): number | null {
  const shop = shopDays(9_999, clusters, 7);
  const assigned =
    design === "matched" ? assignMatched(shop.clusters, 2, 1) : assignSwitchback(shop.clusters, PERIODS, 1);
  const history = observed(shop, assigned, { from: PRE_DAYS, days: HISTORY_DAYS - PRE_DAYS });
  const noise = designNoise(winsorised(history), designOf(design, 1));
  return daysNeeded(noise, share * noise.base, { alpha: ALPHA, power: 0.8, atMost: 364 });
}
