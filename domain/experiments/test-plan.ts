import { type AssignedCluster, assignMatched, assignSwitchback, type Cluster } from "./assignment.ts";
import { type ClusterDays, winsorised } from "./estimate.ts";
import {
  chanceToFind,
  type Design,
  type DesignNoise,
  daysNeeded,
  designNoise,
  type Power,
  powerIn,
} from "./power.ts";
import { LEAST_DIFFERENCES } from "./stop-rules.ts";
import { periodsOf, type TestDefinition } from "./test-definition.ts";

/** What a cluster did before the test, day by day; the first PRE_DAYS of it are the pre-period of the placebo. */
export interface ClusterHistory {
  cluster: string;
  category: string;
  profit: number[];
  units: number[];
  revenue: number[];
}

/** Days before a test that the adjustment goes by. */
export const PRE_DAYS = 28;

/** Spans that the least detectable effect is shown for. */
const SHOWN_DAYS = [14, 28, 56] as const;
const LONGEST_DAYS = 364;

export interface PlannedTest {
  assigned: AssignedCluster[];
  noise: { profit: DesignNoise; units: DesignNoise };
  power: Power[];
  /** chance that the wanted effect is found in the planned time */
  chance: number;
  /** days that it takes; null = a year is not enough */
  daysNeeded: number | null;
  /** clusters in an arm, and too few for the intervals to hold */
  clusters: number;
  tooFew: boolean;
  /** what to do where the wanted effect would probably not be found; null = nothing */
  advice: string | null;
}

/** Assigns the clusters and says, from their own history, what the test can find. */
export function planTest(
  histories: readonly ClusterHistory[],
  definition: TestDefinition,
  salt: number,
): PlannedTest {
  const { arms, alpha, power, effect, days } = definition;
  const periods = periodsOf(definition);
  const clusters = histories.map(clusterOf);
  const assigned = periods
    ? assignSwitchback(clusters, periods, salt)
    : assignMatched(clusters, arms.length, salt);
  const design: Design = periods ? { kind: "switchback", periods, salt } : { kind: "matched" };
  const profit = designNoise(placeboOf(histories, assigned, "profit"), design);
  const units = designNoise(placeboOf(histories, assigned, "units"), design);
  // Holm: the first of several arms has to pass the level divided by their number
  const level = alpha / (arms.length - 1);
  const wanted = effect * profit.base;
  const found: Findable = {
    chance: chanceToFind(profit, days, level, wanted),
    daysNeeded: wanted > 0 ? daysNeeded(profit, wanted, { alpha: level, power, atMost: LONGEST_DAYS }) : null,
  };
  const isShort = found.chance < power;
  const switched =
    isShort && !periods && arms.length === 2
      ? planTest(histories, { ...definition, design: "switchback" }, salt)
      : null;
  return {
    ...{ assigned, noise: { profit, units } },
    power: [...new Set([...SHOWN_DAYS, days])]
      .sort((a, b) => a - b)
      .map((span) => powerIn(profit, span, level, power)),
    ...found,
    advice: isShort ? adviceOf(effect, found, switched) : null,
    clusters: assigned.length,
    tooFew: differencesAtEnd(assigned.length, definition) < LEAST_DIFFERENCES,
  };
}

/** What a design finds of the wanted effect. */
type Findable = Pick<PlannedTest, "chance" | "daysNeeded">;

/** What to do where a design would probably not find the effect. `switched`: what a switchback of the same clusters finds. */
function adviceOf(
  effect: number,
  { chance, daysNeeded: needed }: Findable,
  switched: Findable | null,
): string {
  const sought = `an effect of ${Number((100 * effect).toFixed(2))} %`;
  const own =
    needed === null
      ? `This design does not find ${sought} within a year: what differs between its clusters stays, however long it lasts.`
      : `This design takes ${needed} days to find ${sought}.`;
  if (switched === null || switched.chance <= chance)
    return `${own} Take more products or more days, or look for a larger effect.`;
  if (switched.daysNeeded === null)
    return `${own} A switchback finds it sooner, but not within a year either: look for a larger effect.`;
  return `${own} A switchback of the same products finds it in ${switched.daysNeeded} days: choose that design.`;
}

function differencesAtEnd(clusters: number, { design, arms, days, periodDays }: TestDefinition): number {
  return design === "switchback"
    ? clusters * Math.floor(days / (2 * periodDays))
    : Math.floor(clusters / arms.length);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function clusterOf({ cluster, category, profit, revenue }: ClusterHistory): Cluster {
  return {
    ...{ cluster, category },
    pre: mean(profit.slice(-PRE_DAYS)),
    preRevenue: mean(revenue.slice(-PRE_DAYS)),
  };
}

/** The test as if it had been made in the past, where nothing differed. */
function placeboOf(
  histories: readonly ClusterHistory[],
  assigned: readonly AssignedCluster[],
  of: "profit" | "units",
): ClusterDays[] {
  const valuesOf = new Map(histories.map((one) => [one.cluster, one[of]]));
  return winsorised(
    assigned.map(({ cluster, matched, arm }) => {
      const values = valuesOf.get(cluster)!;
      return {
        ...{ cluster, matched, arm },
        pre: mean(values.slice(0, PRE_DAYS)),
        days: values.slice(PRE_DAYS),
      };
    }),
  );
}
