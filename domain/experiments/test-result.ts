import type { Periods } from "./assignment.ts";
import { switchbackArm } from "./assignment.ts";
import {
  type ClusterDays,
  type Lift,
  liftOf,
  matchedDifferences,
  switchbackDifferences,
  winsorised,
} from "./estimate.ts";
import { type Design, type DesignNoise, plannedVariance } from "./power.ts";
import { type ArmResult, GUARD_LEVEL, type StopReason, stopReason } from "./stop-rules.ts";
import type { TestDefinition } from "./test-definition.ts";
import { periodsOf } from "./test-definition.ts";

/** What a cluster of a running test did since its first day, summed over its products. Minor units. */
export interface ClusterFigures {
  cluster: string;
  matched: string;
  arm: number;
  pre: { profit: number; units: number };
  profit: number[];
  units: number[];
  revenue: number[];
  /** mean share of its products that were sold out */
  soldOut: number[];
}

/** How a test was planned. */
export interface TestPlan {
  noise: { profit: DesignNoise; units: DesignNoise };
}

export interface TestResult {
  /** full days since the first */
  days: number;
  clusters: number;
  arms: ArmResult[];
  /** null = it goes on */
  stop: StopReason | null;
}

/** The test's result so far and whether it stops, whoever looks and how often. */
export function testResult(
  figures: readonly ClusterFigures[],
  definition: Pick<TestDefinition, "design" | "periodDays" | "arms" | "days" | "alpha" | "guards">,
  plan: TestPlan,
  salt: number,
): TestResult {
  const periods = periodsOf(definition);
  const design: Design = periods ? { kind: "switchback", periods, salt } : { kind: "matched" };
  const days = figures[0]?.profit.length ?? 0;
  const ofLevel = (alpha: number) =>
    definition.arms.slice(1).map((_, i) => armResult(figures, i + 1, { definition, plan, design, alpha }));
  const arms = ofLevel(definition.alpha);
  const sizes = periods
    ? []
    : definition.arms.map((_, arm) => figures.filter((one) => one.arm === arm).length);
  const { guards, alpha } = definition;
  const isOver = days >= definition.days;
  const stop = stopReason(arms, ofLevel(GUARD_LEVEL), { guards, alpha, sizes, isOver });
  return { days, clusters: figures.length, arms, stop };
}

function armResult(
  figures: readonly ClusterFigures[],
  arm: number,
  {
    definition,
    plan,
    design,
    alpha,
  }: {
    definition: Pick<TestDefinition, "days">;
    plan: TestPlan;
    design: Design;
    alpha: number;
  },
): ArmResult {
  const lift = (of: "profit" | "units"): Lift => {
    const clusters = figures.map(
      ({ cluster, matched, arm: own, pre, ...days }): ClusterDays => ({
        ...{ cluster, matched, arm: own },
        ...{ pre: pre[of], days: days[of] },
      }),
    );
    const whole = winsorised(clusters);
    const compared =
      design.kind === "switchback"
        ? switchbackDifferences(whole, design.periods, design.salt)
        : matchedDifferences(whole, arm);
    return liftOf(compared, plannedVariance(plan.noise[of], definition.days, design), alpha);
  };
  const shares = sharesOf(figures, design.kind === "switchback" ? design : null);
  return {
    arm,
    profit: lift("profit"),
    units: lift("units"),
    margin: { arm: shares.margin(arm), control: shares.margin(0) },
    soldOut: { arm: shares.soldOut(arm), control: shares.soldOut(0) },
  };
}

/** Margin and share of days sold out of each arm, over the days on which clusters were in it. */
function sharesOf(figures: readonly ClusterFigures[], switchback: { periods: Periods; salt: number } | null) {
  const sums = new Map<number, { profit: number; revenue: number; soldOut: number; days: number }>();
  for (const { cluster, arm, profit, revenue, soldOut } of figures)
    for (let day = 0; day < profit.length; day++) {
      const at = switchback ? switchbackArm(cluster, day, switchback.periods, switchback.salt) : arm;
      const sum = sums.get(at) ?? { profit: 0, revenue: 0, soldOut: 0, days: 0 };
      sum.profit += profit[day]!;
      sum.revenue += revenue[day]!;
      sum.soldOut += soldOut[day]!;
      sum.days += 1;
      sums.set(at, sum);
    }
  return {
    margin: (arm: number) => {
      const sum = sums.get(arm);
      return sum && sum.revenue > 0 ? sum.profit / sum.revenue : null;
    },
    soldOut: (arm: number) => {
      const sum = sums.get(arm);
      return sum && sum.days > 0 ? sum.soldOut / sum.days : 0;
    },
  };
}
