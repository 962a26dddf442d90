import { describe, expect, it } from "vitest";
import { createStatic } from "../../../../bench/arena/baselines/static.ts";
import { POLICIES } from "../../../../bench/arena/policies.ts";
import { scenarioOf } from "../../../../bench/arena/scenario.ts";
import { simulate } from "../../../../bench/arena/simulate.ts";
import { createWorld } from "../../../../bench/arena/world.ts";

describe("the simulated market", () => {
  it("keeps its figures: incumbent on scenario B, seed 1", () => {
    const outcome = simulate(createWorld(1, scenarioOf("B")), createStatic);
    expect(Math.round(outcome.profit)).toBe(636_848_142);
    expect(outcome.revenue).toBe(1_408_964_306);
    expect(outcome.units).toBe(166_890);
  });

  it("is beaten by the default policy over the incumbent, and replays to the cent", {
    timeout: 30_000,
  }, () => {
    const world = createWorld(1, scenarioOf("B"));
    const first = simulate(world, POLICIES.active!);
    const again = simulate(world, POLICIES.active!);
    expect(first.profit).toBeGreaterThan(1.06 * 636_848_142);
    expect(first.changes).toBeLessThan(0.5);
    expect(again.profit).toBe(first.profit);
    expect(again.revenue).toBe(first.revenue);
  });

  it("refuses an unknown scenario", () => {
    expect(() => scenarioOf("Z")).toThrow(RangeError);
  });
});
