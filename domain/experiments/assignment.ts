import { key, uniformOf } from "../base/keyed-random.ts";
import { stringHash } from "../base/sharding.ts";

/** Products that are assigned together: a family, a region's products, or one product. */
export interface Cluster {
  cluster: string;
  category: string;
  /** mean profit of a day before the test, minor units */
  pre: number;
  /** mean revenue of a day before the test, minor units */
  preRevenue: number;
}

export interface AssignedCluster {
  cluster: string;
  /** the stratum and the number of the matched set in it */
  stratum: string;
  matched: string;
  /** position of the arm; of a switchback the arm of its first period */
  arm: number;
}

/** Classes of revenue within a category. */
const REVENUE_CLASSES = 10;

/**
 * Assigns clusters to arms: within a stratum (category by tenth of revenue) clusters of like profit form matched sets, one
 * for each arm, and chance decides within the set. The same salt and clusters give the same arms; what is left of a stratum
 * forms sets with what is left of the others, and the last few clusters are in no arm.
 */
export function assignMatched(clusters: readonly Cluster[], arms: number, salt: number): AssignedCluster[] {
  const strata = Map.groupBy(withClasses(clusters), ({ stratum }) => stratum);
  const assigned: AssignedCluster[] = [];
  const rest: (Cluster & { stratum: string })[] = [];
  for (const stratum of [...strata.keys()].sort()) {
    const inOrder = strata.get(stratum)!.sort(byProfit);
    const whole = inOrder.length - (inOrder.length % arms);
    assigned.push(...setsOf(inOrder.slice(0, whole), arms, salt, stratum));
    rest.push(...inOrder.slice(whole));
  }
  rest.sort(byProfit);
  const whole = rest.length - (rest.length % arms);
  assigned.push(...setsOf(rest.slice(0, whole), arms, salt, "mixed"));
  return assigned;
}

function byProfit(a: Cluster, b: Cluster): number {
  return b.pre - a.pre || (a.cluster < b.cluster ? -1 : 1);
}

function withClasses(clusters: readonly Cluster[]): (Cluster & { stratum: string })[] {
  const byRevenue = [...clusters].sort(
    (a, b) => a.preRevenue - b.preRevenue || (a.cluster < b.cluster ? -1 : 1),
  );
  return byRevenue.map((one, i) => {
    const tenth = Math.floor((REVENUE_CLASSES * i) / byRevenue.length) + 1;
    return { ...one, stratum: `${one.category}/${tenth}` };
  });
}

/** Sets of as many neighbours as there are arms, each in the order of its clusters' draws. */
function setsOf(inOrder: readonly Cluster[], arms: number, salt: number, stratum: string): AssignedCluster[] {
  const assigned: AssignedCluster[] = [];
  for (let start = 0; start < inOrder.length; start += arms) {
    const drawn = inOrder
      .slice(start, start + arms)
      .map(({ cluster }) => ({ cluster, draw: key(salt, stringHash(cluster)) }))
      .sort((a, b) => a.draw - b.draw || (a.cluster < b.cluster ? -1 : 1));
    const matched = `${stratum}#${start / arms + 1}`;
    for (const [arm, { cluster }] of drawn.entries()) assigned.push({ cluster, stratum, matched, arm });
  }
  return assigned;
}

/** Days of a switchback: its periods, each of one arm. */
export interface Periods {
  /** days of a period */
  days: number;
  /** first days of a period that do not count, since demand still answers to the arm before */
  burnIn: number;
}

/**
 * The arm of a cluster in a switchback of two arms, on a day of the test (0 = the first). Periods go in twos, one of each
 * arm; which comes first is drawn for each cluster and each two.
 */
export function switchbackArm(
  cluster: string,
  day: number,
  { days }: Pick<Periods, "days">,
  salt: number,
): 0 | 1 {
  const period = Math.floor(day / days);
  const first = uniformOf(key(salt, stringHash(cluster), Math.floor(period / 2))) < 0.5 ? 0 : 1;
  return period % 2 === 0 ? first : first === 0 ? 1 : 0;
}

/** Clusters of a switchback: all take both arms, in an order of their own. */
export function assignSwitchback(
  clusters: readonly Cluster[],
  periods: Periods,
  salt: number,
): AssignedCluster[] {
  return clusters.map(({ cluster, category }) => ({
    ...{ cluster, stratum: category, matched: cluster },
    arm: switchbackArm(cluster, 0, periods, salt),
  }));
}
