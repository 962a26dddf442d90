import type { StoredReport } from "../../domain/runs/learned.ts";
import type { TrueSku } from "./world.ts";

/** How the elasticities of one night lie to the truth. */
export interface Estimates {
  /** mean of estimate − truth: above 0 demand is taken for less elastic than it is */
  readonly bias: number;
  readonly rmse: number;
  /** shares of SKUs whose interval holds the truth */
  readonly coverage95: number;
  readonly coverage80: number;
  /** shares of SKUs whose price is said to have followed demand, and of those with an elasticity of their own */
  readonly flagged: number;
  readonly identified: number;
  /** mean standard deviation that is claimed */
  readonly sd: number;
}

/** Scores a night's reports; SKUs without one are left out. */
export function scoreEstimates(
  truth: readonly TrueSku[],
  reports: readonly (StoredReport | null)[],
): Estimates {
  const pairs = truth.flatMap(({ elasticity }, i) => {
    const report = reports[i];
    return report ? [{ elasticity, report }] : [];
  });
  type Pair = (typeof pairs)[number];
  const mean = (of: (pair: Pair) => number) => pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const holds = ([low, high]: readonly [number, number], value: number) =>
    Number(low <= value && value <= high);
  return {
    bias: mean(({ elasticity, report }) => report.mean - elasticity),
    rmse: Math.sqrt(mean(({ elasticity, report }) => (report.mean - elasticity) ** 2)),
    coverage95: mean(({ elasticity, report }) => holds(report.ci95, elasticity)),
    coverage80: mean(({ elasticity, report }) => holds(report.ci80, elasticity)),
    flagged: mean(({ report }) => Number(report.endogeneityFlag)),
    identified: mean(({ report }) => Number(report.identified)),
    sd: mean(({ report }) => report.sd),
  };
}
