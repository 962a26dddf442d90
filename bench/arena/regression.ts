import { createOracle } from "./oracle.ts";
import { POLICIES } from "./policies.ts";
import { scenarioOf } from "./scenario.ts";
import { simulate } from "./simulate.ts";
import { createWorld } from "./world.ts";

/** One figure of the simulated market that must not move. */
export interface Check {
  readonly name: string;
  readonly expected: number;
  readonly actual: number;
  /** Largest absolute difference allowed. */
  readonly tolerance: number;
}

/** Figures of the world of scenario B, seed 1; money in minor units. */
export function regressionChecks(): Check[] {
  const world = createWorld(1, scenarioOf("B"));
  const incumbent = simulate(world, POLICIES.static!);
  const oracle = simulate(world, createOracle);
  const rates = world.skus.map(({ demand }) => demand).sort((a, b) => a - b);
  const exact = (name: string, expected: number, actual: number): Check => ({
    name,
    expected,
    actual,
    tolerance: 0.5,
  });
  return [
    exact("static profit", 636_848_142, incumbent.profit),
    exact("static revenue", 1_408_964_306, incumbent.revenue),
    exact("static units", 166_890, incumbent.units),
    exact("oracle profit", 713_872_797, oracle.profit),
    ...[
      [0.05, 0.42],
      [0.25, 1.23],
      [0.5, 2.89],
      [0.75, 5.41],
      [0.95, 16.6],
    ].map(([p, expected]) => ({
      name: `demand quantile ${p}`,
      expected: expected!,
      actual: rates[Math.floor(p! * rates.length)]!,
      tolerance: expected! < 10 ? 0.005 : 0.05,
    })),
  ];
}

/** True if a figure is where it was. */
export function holds({ expected, actual, tolerance }: Check): boolean {
  return Math.abs(actual - expected) <= tolerance;
}
