import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forecast } from "../../../../../bench/science/forecasting/forecast.ts";
import { normal } from "../../../../../domain/base/keyed-random.ts";

const seriesOf = fc.record({
  values: fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 80 }),
  frequency: fc.constantFrom(1, 4, 7, 12),
  horizon: fc.integer({ min: 1, max: 18 }),
});

describe("forecast", () => {
  it("nests its intervals around the mean, stays finite and never falls below zero", () => {
    fc.assert(
      fc.property(seriesOf, ({ values, frequency, horizon }) => {
        const { mean, lo80, hi80, lo95, hi95 } = forecast(values, frequency, horizon);
        expect(mean).toHaveLength(horizon);
        for (let k = 0; k < horizon; k++) {
          const path = [lo95[k]!, lo80[k]!, mean[k]!, hi80[k]!, hi95[k]!];
          expect(path.every((v) => Number.isFinite(v) && v >= 0)).toBe(true);
          expect(path).toEqual([...path].sort((a, b) => a - b));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("gives the same forecast in cents and in euros", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 5, maxLength: 60 }), (values) => {
        const one = forecast(values, 4, 6);
        const many = forecast(
          values.map((v) => v * 128),
          4,
          6,
        );
        many.mean.forEach((v, k) => {
          expect(v / 128).toBeCloseTo(one.mean[k]!, 8);
        });
        many.hi95.forEach((v, k) => {
          expect(Math.abs(v / 128 - one.hi95[k]!)).toBeLessThanOrEqual(1e-8 * Math.max(1, one.hi95[k]!));
        });
      }),
      { numRuns: 40 },
    );
  });

  it("continues a constant with no spread", () => {
    const { mean, lo95, hi95, method } = forecast(new Array(30).fill(7), 7, 5);
    for (const path of [mean, lo95, hi95]) for (const v of path) expect(v).toBeCloseTo(7, 9);
    expect(method).toBe("ensemble");
  });

  it("continues a repeating pattern", () => {
    const pattern = [80, 120, 150, 50];
    const { mean, method } = forecast(
      Array.from({ length: 32 }, (_, t) => pattern[t % 4]!),
      4,
      4,
    );
    expect(method).toBe("ensemble with multiplicative season");
    mean.forEach((v, k) => {
      expect(Math.abs(v / pattern[k]! - 1)).toBeLessThan(0.02);
    });
  });

  it("adds the season when the series touches zero", () => {
    const pattern = [0, 10, 40, 10];
    const { mean, method } = forecast(
      Array.from({ length: 40 }, (_, t) => pattern[t % 4]!),
      4,
      4,
    );
    expect(method).toBe("ensemble with additive season");
    mean.forEach((v, k) => {
      expect(Math.abs(v - pattern[k]!)).toBeLessThan(1);
    });
  });

  it("follows a line and dampens it: between the last value and the line, nearer the line", () => {
    const line = Array.from({ length: 60 }, (_, t) => 100 + 2 * t);
    const { mean } = forecast(line, 1, 6);
    mean.forEach((v, k) => {
      expect(v).toBeGreaterThan(218 + (k + 1));
      expect(v).toBeLessThan(218 + 2 * (k + 1) + 2);
    });
  });

  it("finds no season in noise", () => {
    let seasonal = 0;
    for (let s = 0; s < 40; s++) {
      const noise = Array.from({ length: 72 }, (_, t) => 100 + 5 * normal(s, t));
      const { mean } = forecast(noise, 12, 12);
      const spread = Math.max(...mean) - Math.min(...mean);
      if (spread > 5) seasonal++;
    }
    expect(seasonal).toBeLessThanOrEqual(8);
  });

  it("covers what it says on random walks and on noise it was not tuned on", () => {
    const inside = { walk: 0, noise: 0 };
    for (let s = 0; s < 150; s++) {
      const walk = [500];
      const noise = [100 + 8 * normal(s, 0, 2)];
      for (let t = 1; t < 66; t++) {
        walk.push(walk[t - 1]! + 5 * normal(s, t, 1));
        noise.push(100 + 8 * normal(s, t, 2));
      }
      for (const [name, y] of [
        ["walk", walk],
        ["noise", noise],
      ] as const) {
        const { lo80, hi80 } = forecast(y.slice(0, 60), 12, 6);
        for (let k = 0; k < 6; k++) if (y[60 + k]! >= lo80[k]! && y[60 + k]! <= hi80[k]!) inside[name]++;
      }
    }
    for (const hits of Object.values(inside)) {
      expect(hits / 900).toBeGreaterThan(0.75);
      expect(hits / 900).toBeLessThan(0.9);
    }
  });

  it("interpolates gaps and forecasts past the missing end", () => {
    const line = Array.from({ length: 30 }, (_, t) => 50 + t);
    const holed = line.map((v, t) => (t === 10 || t === 11 ? Number.NaN : v));
    expect(forecast(holed, 1, 3).mean).toEqual(forecast(line, 1, 3).mean);
    const whole = forecast(line, 1, 5);
    expect(forecast([...line, Number.NaN, Number.NaN], 1, 3).mean).toEqual(whole.mean.slice(2));
  });

  it.each([
    { values: [5], mean: 5, hi80: 5 + 1.372 * 2.5 },
    { values: [4, 6], mean: 6, hi80: 6 + 1.372 * 2 },
  ])("falls back on the last value: $values", ({ values, mean, hi80 }) => {
    const result = forecast(values, 12, 1);
    expect(result.method).toBe("naive");
    expect(result.mean[0]).toBeCloseTo(mean, 9);
    expect(result.hi80[0]).toBeCloseTo(hi80, 9);
  });

  it.each([
    [[], 12, 1],
    [[Number.NaN], 12, 1],
    [[1, 2], 0, 1],
    [[1, 2], 12, 0],
    [[1, 2], 12, 1.5],
  ])("refuses %j, %d, %d", (values, frequency, horizon) => {
    expect(() => forecast(values, frequency, horizon)).toThrow(RangeError);
  });
});
