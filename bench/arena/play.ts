import { type SeedScore, scoreOf } from "./metrics.ts";
import { createOracle } from "./oracle.ts";
import { POLICIES } from "./policies.ts";
import type { Scenario } from "./scenario.ts";
import { simulate } from "./simulate.ts";
import { createWorld, SCORED_DAYS } from "./world.ts";

/** All policies over all seeds of a scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly scores: Readonly<Record<string, SeedScore[]>>;
  /** Cumulative profit by day over the oracle's whole season, mean over seeds; `oracle` included. */
  readonly curves: Readonly<Record<string, Float64Array>>;
}

/** Plays every policy on every seed; demand shocks are common to the policies of a seed. */
export function playScenario(scenario: Scenario, seeds: readonly number[]): ScenarioResult {
  const scores: Record<string, SeedScore[]> = {};
  const curves: Record<string, Float64Array> = {};
  for (const seed of seeds) {
    const world = createWorld(seed, scenario);
    const oracle = simulate(world, createOracle);
    const incumbent = simulate(world, POLICIES.static!);
    addCurve(curves, "oracle", oracle.profitByDay, oracle.profit * seeds.length);
    for (const [name, factory] of Object.entries(POLICIES)) {
      const outcome = name === "static" ? incumbent : simulate(world, factory);
      scores[name] ??= [];
      scores[name].push(scoreOf(seed, outcome, incumbent, oracle));
      addCurve(curves, name, outcome.profitByDay, oracle.profit * seeds.length);
    }
  }
  return { scenario, scores, curves };
}

function addCurve(
  curves: Record<string, Float64Array>,
  name: string,
  profitByDay: Float64Array,
  scale: number,
): void {
  curves[name] ??= new Float64Array(SCORED_DAYS);
  let sum = 0;
  for (let day = 0; day < SCORED_DAYS; day++) {
    sum += profitByDay[day]!;
    curves[name][day]! += sum / scale;
  }
}
