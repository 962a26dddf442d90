import { describe, expect, it } from "vitest";
import { createStatic } from "../../../../bench/arena/baselines/static.ts";
import { POLICIES } from "../../../../bench/arena/policies.ts";
import { scenarioOf } from "../../../../bench/arena/scenario.ts";
import { simulate } from "../../../../bench/arena/simulate.ts";
import { createWorld, WARM_DAYS } from "../../../../bench/arena/world.ts";

describe("the simulated market", () => {
  it("keeps its figures: incumbent on scenario B, seed 1", () => {
    const outcome = simulate(createWorld(1, scenarioOf("B")), createStatic);
    expect(Math.round(outcome.profit)).toBe(636_848_142);
    expect(outcome.revenue).toBe(1_408_964_306);
    expect(outcome.units).toBe(166_890);
  });

  it("is played by the runs of an install, and replays to the cent", { timeout: 60_000 }, () => {
    const world = createWorld(1, scenarioOf("B"));
    const end = WARM_DAYS + 3;
    const first = simulate(world, POLICIES.active!, end);
    const again = simulate(world, POLICIES.active!, end);
    expect(first.changes).toBeGreaterThan(0);
    expect(first.profit).toBeGreaterThan(0.8 * simulate(world, createStatic, end).profit);
    expect([again.profit, again.revenue]).toEqual([first.profit, first.revenue]);
  });

  it("refuses an unknown scenario", () => {
    expect(() => scenarioOf("Z")).toThrow(RangeError);
  });
});
