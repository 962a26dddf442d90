import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addScore,
  type ScoreWindow,
  skillOf,
} from "../../../../domain/learning/forecasting/forecast-score.ts";
import { exponentialBaseline } from "../../../../domain/learning/forecasting/hourly-demand.ts";
import { averageDemandInterval, sba, tsb } from "../../../../domain/learning/forecasting/intermittent.ts";

describe("exponentialBaseline", () => {
  it.each([
    { name: "two values", series: [10, 20], expected: [14 + 4 * 0.85, 14 + 4 * 2 * 0.7225] },
    { name: "a constant", series: [5, 5, 5], expected: [5, 5] },
    { name: "one value", series: [5], expected: [5, 5] },
    { name: "nothing", series: [], expected: [0, 0] },
    { name: "a fall to zero", series: [100, 0, 0, 0, 0, 0, 0], expected: [0, 0] },
    { name: "a gap", series: [10, Number.NaN, 20], expected: [17.4, 19.78] },
  ])("$name", ({ series, expected }) => {
    exponentialBaseline(series, 2).forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i]!, 9);
    });
  });

  it("averages the last four changes only", () => {
    // 0, 10, 10, 10, 10, 10 smooths to 0, 4, 6.4, 7.84, 8.704, 9.2224
    const trend = (9.2224 - 4) / 4;
    expect(exponentialBaseline([0, 10, 10, 10, 10, 10], 1)[0]).toBeCloseTo(9.2224 + trend * 0.85, 9);
  });
});

describe("intermittent demand", () => {
  const series = [0, 0, 3, 0, 2];

  it("TSB and SBA of 0 0 3 0 2", () => {
    expect(averageDemandInterval(series)).toBe(2.5);
    expect(tsb(series)).toBeCloseTo(0.37 * 2.9, 12);
    expect(sba(series)).toBeCloseTo(0.95, 12);
  });

  it("is zero without sales", () => {
    expect(averageDemandInterval([0, 0])).toBe(Number.POSITIVE_INFINITY);
    expect(tsb([0, 0])).toBe(0);
    expect(sba([])).toBe(0);
  });

  it("TSB forgets an item that stopped selling, SBA does not", () => {
    const stopped = [...series, ...new Array(60).fill(0)];
    expect(tsb(stopped)).toBeLessThan(0.01);
    expect(sba(stopped)).toBe(sba(series));
  });

  it("scale with the units and skip missing days", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }), (units) => {
        const doubled = units.map((u) => 2 * u);
        expect(tsb(doubled)).toBeCloseTo(2 * tsb(units), 9);
        expect(sba(doubled)).toBeCloseTo(2 * sba(units), 9);
        const holed = units.flatMap((u) => [u, Number.NaN]);
        expect(tsb(holed)).toBe(tsb(units));
        expect(sba(holed)).toBe(sba(units));
      }),
    );
  });
});

describe("forecast score", () => {
  const empty: ScoreWindow = { days: [] };

  it("compares with the baseline over 28 days", () => {
    let window = empty;
    for (let day = 1; day <= 40; day++)
      window = addScore(window, { day, actual: 10, forecast: 9, baseline: 8 });
    expect(window.days).toHaveLength(28);
    expect(skillOf(window, 40)).toEqual({ scored: 28, mae: 1, baselineMae: 2, skill: 0.5 });
    expect(skillOf(window, 50).scored).toBe(18);
  });

  it("replaces a day scored twice and ignores what is not a number", () => {
    let window = addScore(empty, { day: 1, actual: 10, forecast: 9, baseline: 8 });
    window = addScore(window, { day: 1, actual: 10, forecast: 10, baseline: 8 });
    expect(skillOf(window, 1)).toEqual({ scored: 1, mae: 0, baselineMae: 2, skill: 1 });
    expect(addScore(window, { day: 2, actual: Number.NaN, forecast: 1, baseline: 1 })).toBe(window);
  });

  it("has no skill over a perfect baseline", () => {
    const same = addScore(empty, { day: 1, actual: 1, forecast: 1, baseline: 1 });
    expect(skillOf(same, 1).skill).toBe(0);
    const worse = addScore(empty, { day: 1, actual: 1, forecast: 2, baseline: 1 });
    expect(skillOf(worse, 1).skill).toBe(-1);
    expect(skillOf(empty, 1).skill).toBe(0);
  });
});
