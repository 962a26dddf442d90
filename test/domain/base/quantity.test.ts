import { expect, test } from "vitest";
import { hasDecimals, isQuantity, roundQuantity } from "../../../domain/base/quantity.ts";

test("sums of quantities have no noise of binary fractions", () => {
  expect(roundQuantity(0.1 + 0.2)).toBe(0.3);
  expect(roundQuantity(1e9 + 0.001)).toBe(1_000_000_000.001);
  expect(roundQuantity(-0.125)).toBe(-0.125);
  expect(roundQuantity(7)).toBe(7);
});

test("a quantity has three decimals at most", () => {
  expect([2.5, 0.125, 0.1 + 0.2, 3].every(isQuantity)).toBe(true);
  expect([0.1234, 1 / 3].some(isQuantity)).toBe(false);
});

test("pieces are whole", () => {
  expect([null, "piece" as const].some(hasDecimals)).toBe(false);
  expect(hasDecimals("kg")).toBe(true);
});
