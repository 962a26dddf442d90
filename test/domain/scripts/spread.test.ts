import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadEvenly } from "../../../scripts/replay/spread.ts";

describe("spreadEvenly", () => {
  it.each([
    [0, 3, [0, 0, 0]],
    [7, 7, [1, 1, 1, 1, 1, 1, 1]],
    [2, 4, [0, 1, 0, 1]],
    [10, 4, [2, 3, 2, 3]],
    [1, 5, [0, 0, 0, 0, 1]],
  ])("%i over %i parts", (total, parts, expected) => {
    expect(spreadEvenly(total, parts)).toEqual(expected);
  });

  it("keeps the total, and every part within one unit of its share", () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 31 }), (total, parts) => {
        const units = spreadEvenly(total, parts);
        expect(units).toHaveLength(parts);
        expect(units.reduce((sum, unit) => sum + unit, 0)).toBe(total);
        for (const unit of units) expect(Math.abs(unit - total / parts)).toBeLessThan(1);
      }),
    );
  });

  it.each([
    [-1, 3],
    [1.5, 3],
    [Number.NaN, 3],
    [3, 0],
  ])("refuses %d over %d parts", (total, parts) => {
    expect(() => spreadEvenly(total, parts)).toThrow(RangeError);
  });
});
