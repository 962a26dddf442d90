import { describe, expect, it } from "vitest";
import { detectionDays, falseAlarms, playDrift } from "../../../bench/experiments/drift.ts";
import { countIn, type Histogram, stabilityIndex } from "../../../domain/evaluation/drift.ts";

const histogramOf = (values: readonly number[]) => {
  const histogram: Histogram = {};
  for (const value of values) countIn(histogram, value);
  return histogram;
};
const spread = (n: number, factor = 1) =>
  Array.from({ length: n }, (_, i) => factor * Math.exp((4 * (i + 0.5)) / n));

describe("the stability index", () => {
  it("is nothing for the same values, and grows with a shift", () => {
    const base = histogramOf(spread(2_000));
    expect(stabilityIndex(base, histogramOf(spread(500)))).toBeLessThan(0.01);
    const index = (factor: number) => stabilityIndex(base, histogramOf(spread(500, factor)))!;
    expect(index(1.1)).toBeLessThan(0.2);
    expect(index(3)).toBeGreaterThan(0.3);
    expect(index(3)).toBeGreaterThan(index(1.5));
  });

  it("is not said of few values, and not thrown by a rare one", () => {
    expect(stabilityIndex(histogramOf(spread(49)), histogramOf(spread(500)))).toBeNull();
    const still = histogramOf(new Array(2_000).fill(1));
    expect(
      stabilityIndex(still, histogramOf([...new Array(490).fill(1), ...new Array(10).fill(1.3)])),
    ).toBeLessThan(0.05);
  });
});

describe("drift of a simulated shop", () => {
  it("raises at most one false alarm in 90 days", () => {
    expect(falseAlarms(3, 90)).toBeLessThanOrEqual(1);
  });

  it.each([
    ["prices", 3, "input"],
    ["stock", 3, "input"],
    ["predictions_high", 7, "prediction"],
    ["predictions_low", 7, "prediction"],
    ["revenue", 3, "outcome"],
    ["stock_outs", 1, "outcome"],
    ["clearance", 1, "outcome"],
  ] as const)("of %s is found within %i days", (injection, days, kind) => {
    for (const found of detectionDays(injection, 2)) expect(found).toBeLessThanOrEqual(days);
    const kinds = playDrift(1, 16, injection, 2)
      .flat()
      .map((one) => one.kind);
    expect(kinds).toContain(kind);
  });
});
