import type { ClusterFigures } from "../experiments/test-result.ts";
import { meanDay, type SkuDays } from "./sku-days.ts";

/** Mean day of a product before repricing began; null of a product that came later, or sold too short a time. */
export interface Baseline {
  units: number;
  profit: number;
  revenue: number;
}

/** Days of the baseline, and the fewest that count as one. */
const BASELINE_DAYS = 28;
const BASELINE_LEAST = 14;
/** Days that what repricing earns is measured over, and the fewest. */
export const RETURN_DAYS = 28;
const RETURN_LEAST = 7;

/** What a product did on a mean day of the last weeks before `since`; null if its history begins too late. */
export function baselineOf(days: SkuDays, since: number): Baseline | null {
  const from = Math.max(days.first, since - BASELINE_DAYS);
  const firstSale = days.units.findIndex((units) => units > 0);
  const begins = firstSale < 0 ? Number.POSITIVE_INFINITY : days.first + firstSale;
  if (since - Math.max(from, begins) < BASELINE_LEAST) return null;
  const mean = (values: readonly number[]) => meanDay(values, days.first, from, since - 1);
  return { units: mean(days.units), profit: mean(days.profit), revenue: mean(days.revenue) };
}

/** A product's part of what repricing earned: mean profit of a day before and after, minor units. */
export interface ReturnPart {
  before: number;
  after: number;
  heldOut: boolean;
}

/** The days that count for what repricing earns now; null while they are too few. */
export function returnSpan(since: number, today: number): { from: number; to: number } | null {
  const from = Math.max(since + 1, today - RETURN_DAYS);
  return today - from < RETURN_LEAST ? null : { from, to: today - 1 };
}

export interface TestMember {
  sku: string;
  cluster: string;
  matched: string;
  arm: number;
  preProfit: number;
  preUnits: number;
}

/** A cluster's figures while they are summed: how many of its products there are. */
export type PartOfCluster = ClusterFigures & { products: number };

/** Adds what the members did from the test's first day until yesterday to their clusters. */
export function addMember(
  clusters: Map<string, PartOfCluster>,
  member: TestMember,
  days: SkuDays,
  { firstDay, today }: { firstDay: number; today: number },
): void {
  const span = Math.max(0, today - firstDay);
  const zeros = () => new Array<number>(span).fill(0);
  const { cluster, matched, arm } = member;
  const sum = clusters.get(cluster) ?? {
    ...{ cluster, matched, arm, pre: { profit: 0, units: 0 }, products: 0 },
    ...{ profit: zeros(), units: zeros(), revenue: zeros(), soldOut: zeros() },
  };
  sum.pre.profit += member.preProfit;
  sum.pre.units += member.preUnits;
  sum.products += 1;
  for (const of of ["profit", "units", "revenue", "soldOut"] as const)
    for (let day = 0; day < span; day++) sum[of][day]! += days[of][firstDay + day - days.first] ?? 0;
  clusters.set(cluster, sum);
}

function copyOf(part: PartOfCluster): PartOfCluster {
  const { profit, units, revenue, soldOut } = part;
  const days = { profit: [...profit], units: [...units], revenue: [...revenue], soldOut: [...soldOut] };
  return { ...part, pre: { ...part.pre }, ...days };
}

/** The clusters of all shards: a cluster's products may be in several. */
export function joinClusters(parts: readonly PartOfCluster[]): ClusterFigures[] {
  const joined = new Map<string, PartOfCluster>();
  for (const part of parts) {
    const sum = joined.get(part.cluster);
    if (!sum) {
      joined.set(part.cluster, copyOf(part));
      continue;
    }
    sum.pre.profit += part.pre.profit;
    sum.pre.units += part.pre.units;
    sum.products += part.products;
    for (const of of ["profit", "units", "revenue", "soldOut"] as const)
      for (let day = 0; day < sum[of].length; day++) sum[of][day]! += part[of][day] ?? 0;
  }
  return [...joined.values()]
    .sort((a, b) => (a.cluster < b.cluster ? -1 : 1))
    .map(({ products, ...one }) => ({ ...one, soldOut: one.soldOut.map((value) => value / products) }));
}
