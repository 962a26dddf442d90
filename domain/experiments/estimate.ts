import { quantile } from "../base/quantile.ts";
import { type Periods, switchbackArm } from "./assignment.ts";
import { halfWidth, type Sums, sequentialP, sumsOf } from "./confidence-sequence.ts";

/** What one cluster did on the days of a test, in minor units or units; and on a mean day before it. */
export interface ClusterDays {
  cluster: string;
  matched: string;
  arm: number;
  pre: number;
  days: readonly number[];
}

/** The difference of an arm from the control, for the mean cluster and day. */
export interface Lift {
  /** clusters or pairs of periods that were compared */
  n: number;
  effect: number;
  /** confidence sequence of the effect: valid whenever it is looked at */
  interval: [number, number];
  /** the effect and its interval as a share of what the control did */
  relative: number | null;
  relativeInterval: [number, number] | null;
  /** always-valid p-value */
  p: number;
  /** share of the variance that the days before the test explain */
  rho2: number;
  /** sum of squared differences so far */
  variance: number;
}

/** A day of a cluster counts at most as the day that only one in two hundred exceeds, relative to its days before. */
const WINSOR = 0.995;

/** Caps single days: a bulk order is not an effect of a price. */
export function winsorised(clusters: readonly ClusterDays[]): ClusterDays[] {
  const ratios = clusters.flatMap(({ pre, days }) => (pre > 0 ? days.map((value) => value / pre) : []));
  if (ratios.length === 0) return [...clusters];
  const cap = quantile(ratios, WINSOR);
  return clusters.map((one) => {
    if (one.pre <= 0) return one;
    const highest = cap * one.pre;
    return { ...one, days: one.days.map((value) => Math.min(value, highest)) };
  });
}

/**
 * The differences of matched clusters, arm minus control, summed over the days so far and adjusted by what the clusters did
 * before the test (CUPED: Deng et al. 2013): (y_a − y_0) − θ (x_a − x_0), θ the slope of y on x within the sets.
 */
export function matchedDifferences(
  clusters: readonly ClusterDays[],
  arm: number,
): { differences: number[]; control: number; days: number; rho2: number } {
  const days = clusters[0]?.days.length ?? 0;
  const total = new Map<ClusterDays, number>(
    clusters.map((one) => [one, one.days.reduce((sum, value) => sum + value, 0)]),
  );
  const sets = [...Map.groupBy(clusters, ({ matched }) => matched).values()];
  const [theta, rho2] = slopeWithin(sets, total, days);
  const differences: number[] = [];
  let control = 0;
  for (const set of sets) {
    const [treated, base] = [set.find((one) => one.arm === arm), set.find((one) => one.arm === 0)];
    if (!treated || !base) continue;
    const before = (treated.pre - base.pre) * days;
    differences.push(total.get(treated)! - total.get(base)! - theta * before);
    control += total.get(base)!;
  }
  return { differences, control, days, rho2 };
}

/** θ and the share of the variance within sets that it explains. */
function slopeWithin(
  sets: readonly ClusterDays[][],
  total: ReadonlyMap<ClusterDays, number>,
  days: number,
): [theta: number, rho2: number] {
  let [xx, xy, yy] = [0, 0, 0];
  for (const set of sets) {
    const x = set.map(({ pre }) => pre * days);
    const y = set.map((one) => total.get(one)!);
    const [meanX, meanY] = [mean(x), mean(y)];
    for (let k = 0; k < set.length; k++) {
      const [dx, dy] = [x[k]! - meanX, y[k]! - meanY];
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
  }
  if (xx === 0 || yy === 0) return [0, 0];
  return [xy / xx, (xy * xy) / (xx * yy)];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The differences of a switchback of two arms: of each cluster and each two periods that are over, the mean day of the arm
 * minus that of the control, without the days of burn-in.
 */
export function switchbackDifferences(
  clusters: readonly ClusterDays[],
  periods: Periods,
  salt: number,
): { differences: number[]; control: number; days: number; rho2: number } {
  const counted = periods.days - periods.burnIn;
  const differences: number[] = [];
  let control = 0;
  for (const { cluster, days } of clusters) {
    const meanOf = (from: number) => mean(days.slice(from + periods.burnIn, from + periods.days));
    for (let start = 0; start + 2 * periods.days <= days.length; start += 2 * periods.days) {
      const [first, second] = [meanOf(start), meanOf(start + periods.days)];
      const isFirst = switchbackArm(cluster, start, periods, salt) === 1;
      differences.push((isFirst ? first - second : second - first) * counted);
      control += (isFirst ? second : first) * counted;
    }
  }
  return { differences, control, days: counted, rho2: 0 };
}

/** The lift of summed differences, with its confidence sequence; `planned`: the variance foreseen for the test's end. */
export function liftOf(
  { differences, control, days, rho2 }: ReturnType<typeof matchedDifferences>,
  planned: number,
  alpha: number,
): Lift {
  const sums: Sums = sumsOf(differences);
  const { n, sum, squares } = sums;
  if (n === 0 || days === 0) return NO_LIFT;
  const width = halfWidth(sums, planned, alpha);
  const effect = sum / n / days;
  const interval: [number, number] = [(sum / n - width) / days, (sum / n + width) / days];
  const base = control / n / days;
  return {
    ...{ n, effect, interval },
    relative: base > 0 ? effect / base : null,
    relativeInterval: base > 0 ? [interval[0] / base, interval[1] / base] : null,
    ...{ p: sequentialP(sums, planned), rho2, variance: squares },
  };
}

const NO_LIFT: Lift = {
  ...{ n: 0, effect: 0, interval: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] },
  ...{ relative: null, relativeInterval: null, p: 1, rho2: 0, variance: 0 },
};
