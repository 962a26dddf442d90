import { describe, expect, it } from "vitest";
import { costInForce, typicalCostRatio } from "../../../domain/optimisation/unit-cost.ts";

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

describe("typicalCostRatio", () => {
  const products = Array.from({ length: 21 }, (_, i) => ({ unitCost: 400 + 20 * i, netPrice: 1000 }));

  it("is the median ratio", () => {
    expect(typicalCostRatio(products)).toBeCloseTo(0.6, 12);
  });

  it("says nothing of a category with few costs", () => {
    expect(typicalCostRatio(products.slice(0, 19))).toBeNull();
    expect(typicalCostRatio([...products.slice(0, 19), { unitCost: 0, netPrice: 1000 }])).toBeNull();
  });
});
