import { describe, expect, it } from "vitest";
import { fitDampedTrend } from "../../../../bench/science/forecasting/damped-trend.ts";
import { fitDynamicTheta } from "../../../../bench/science/forecasting/dynamic-theta.ts";
import { nelderMead } from "../../../../bench/science/forecasting/nelder-mead.ts";
import { seasonalEffects } from "../../../../bench/science/forecasting/seasonal-indices.ts";
import { fillGaps } from "../../../../bench/science/forecasting/series-gaps.ts";
import { fitSimpleSmoothing } from "../../../../bench/science/forecasting/simple-smoothing.ts";
import { fitTheta, leastSquaresSlope } from "../../../../bench/science/forecasting/theta.ts";
import { onLogScale } from "../../../../bench/science/forecasting/trend-model.ts";

describe("nelderMead", () => {
  it("finds the minimum of Rosenbrock's valley", () => {
    const rosenbrock = ([x, y]: readonly number[]) => (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2;
    const [x, y] = nelderMead(rosenbrock, [-1.2, 1], {
      steps: [0.5, 0.5],
      maxEvaluations: 400,
      tolerance: 0,
    });
    expect(x).toBeCloseTo(1, 3);
    expect(y).toBeCloseTo(1, 3);
  });
});

describe("trend models", () => {
  const line = Float64Array.from({ length: 40 }, (_, t) => 10 + 3 * t);

  it("simple smoothing takes the largest weight on a line, the smallest on alternation", () => {
    expect(fitSimpleSmoothing(line).alpha).toBeGreaterThan(0.98);
    const alternating = Float64Array.from({ length: 40 }, (_, t) => (t % 2 ? 11 : 9));
    expect(fitSimpleSmoothing(alternating).alpha).toBeLessThan(0.05);
  });

  it("least squares gives the slope of a line", () => {
    expect(leastSquaresSlope(line, 40)).toBeCloseTo(3, 12);
    expect(leastSquaresSlope(line, 1)).toBe(0);
  });

  it("theta goes on at half the slope from the last value", () => {
    const path = fitTheta(line).forecast(40, 2);
    expect(path[1]! - path[0]!).toBeCloseTo(1.5, 9);
    expect(path[0]).toBeCloseTo(127 + 1.5, 0);
  });

  it("dynamic theta goes on along a line more than half", () => {
    const path = fitDynamicTheta(line).forecast(40, 4);
    expect(path[3]! - path[0]!).toBeGreaterThan(3 * 1.5);
    expect(path[3]! - path[0]!).toBeLessThanOrEqual(3 * 3 + 1e-6);
  });

  it("a damped trend grows by φ ≤ 0.98 times the step before", () => {
    const path = fitDampedTrend(line).forecast(40, 3);
    const ratio = (path[2]! - path[1]!) / (path[1]! - path[0]!);
    expect(ratio).toBeLessThanOrEqual(0.98 + 1e-9);
    expect(ratio).toBeGreaterThanOrEqual(0.8 - 1e-9);
  });

  it("earlier origins see only what came before", () => {
    const bent = line.map((v, t) => (t < 30 ? v : 1000));
    for (const model of [fitDampedTrend, fitDynamicTheta]) {
      const path = model(bent).forecast(20, 1);
      expect(path[0]).toBeLessThan(200);
    }
  });

  it("on the log scale growth is multiplicative, and a runaway is held to doubling", () => {
    const growth = Float64Array.from({ length: 40 }, (_, t) => 100 * 1.05 ** t);
    const path = onLogScale(fitTheta)(growth).forecast(40, 3);
    expect(path[2]! / path[1]!).toBeCloseTo(1.05 ** 0.5, 6);
    const runaway = onLogScale(() => ({ forecast: () => Float64Array.of(1e6, 1e6) }))(growth);
    expect(runaway.forecast(40, 2)[1]! / growth[39]!).toBeCloseTo(4, 9);
  });
});

describe("seasonalEffects", () => {
  it("recovers an additive pattern on a line", () => {
    const effects = [3, -1, -4, 2];
    const series = Float64Array.from({ length: 40 }, (_, t) => 20 + 0.5 * t + effects[t % 4]!);
    seasonalEffects(series, 4).forEach((v, phase) => {
      expect(v).toBeCloseTo(effects[phase]!, 9);
    });
  });

  it("gives odd periods a whole window", () => {
    const series = Float64Array.from({ length: 35 }, (_, t) => 5 + (t % 7 === 6 ? 7 : 0));
    const effects = seasonalEffects(series, 7);
    expect(effects[6]).toBeCloseTo(6, 9);
    expect(effects[0]).toBeCloseTo(-1, 9);
  });

  it.each([
    ["less than three cycles", Float64Array.from({ length: 11 }, (_, t) => t % 4), 4],
    ["no cycle", Float64Array.from({ length: 40 }, (_, t) => t % 4), 1],
    ["a constant", new Float64Array(40).fill(2), 4],
  ])("is zero with %s", (_, series, period) => {
    expect([...seasonalEffects(series, period)].every((v) => v === 0)).toBe(true);
  });
});

describe("fillGaps", () => {
  it.each([
    {
      series: [Number.NaN, 1, Number.NaN, Number.NaN, 4, Number.POSITIVE_INFINITY],
      values: [1, 2, 3, 4],
      trailing: 1,
    },
    { series: [1, 2], values: [1, 2], trailing: 0 },
    { series: [Number.NaN], values: [], trailing: 1 },
  ])("$series", ({ series, values, trailing }) => {
    const filled = fillGaps(series);
    expect([...filled.values]).toEqual(values);
    if (values.length > 0) expect(filled.trailing).toBe(trailing);
  });
});
