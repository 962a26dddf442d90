import { describe, expect, it } from "vitest";
import { costInForce } from "../../../domain/pricing/unit-economics.ts";

describe("costInForce", () => {
  const costs = [
    { unitCost: 900, from: 300 },
    { unitCost: 800, from: 100 },
    { unitCost: 850, from: 200 },
    { unitCost: 860, from: 200 },
  ];

  it.each([
    [50, null],
    [100, 800],
    [199, 800],
    [200, 860],
    [1000, 900],
  ])("at %i is %s", (at, unitCost) => {
    expect(costInForce(costs, at)).toBe(unitCost);
  });
});
