import { expect, it } from "vitest";
import { fittedEffects } from "../../../../domain/learning/elasticity/fitted-effects.ts";

it("counts effects as far as data and not priors tell them", () => {
  expect(fittedEffects(Float64Array.of(2), Float64Array.of(3))).toBe(0.25);
  expect(fittedEffects(Float64Array.of(2, 0, 0, 3), Float64Array.of(0, 0))).toBe(2);
  // L L' = [[4, 2], [2, 5]], its inverse has .3125 and .25 on the diagonal
  expect(fittedEffects(Float64Array.of(2, 0, 1, 2), Float64Array.of(1, 2))).toBeCloseTo(2 - 0.3125 - 0.5, 12);
});
