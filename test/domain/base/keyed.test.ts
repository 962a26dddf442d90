import { describe, expect, it } from "vitest";
import { gamma, key, mix, normal, poisson, uniform } from "../../../domain/base/keyed-random.ts";

describe("keyed draws", () => {
  it("reproduce the golden values", () => {
    expect(key(1, 2, 3)).toBe(269529500);
    expect(uniform(1, 2, 3)).toBeCloseTo(0.062754725682, 12);
    expect(normal(1, 2, 3)).toBeCloseTo(-1.532052616, 9);
    expect(gamma(2.5, 1, 2, 3)).toBeCloseTo(2.859272542, 9);
    expect(poisson(3.3, 0.77)).toBe(5);
  });

  it("depend on every part of the key and on its order", () => {
    const keys = new Set([key(1, 2, 3), key(1, 3, 2), key(1, 2), key(1, 2, 3, 0), key(2, 2, 3)]);
    expect(keys.size).toBe(5);
    expect(mix(key(1, 2), 3)).toBe(key(1, 2, 3));
  });

  it.each([
    ["uniform", (i: number) => uniform(7, i), 1 / 2, 1 / 12],
    ["normal", (i: number) => normal(7, i), 0, 1],
    ["gamma(2.5)", (i: number) => gamma(2.5, 7, i), 2.5, 2.5],
    ["gamma(.4)", (i: number) => gamma(0.4, 7, i), 0.4, 0.4],
    ["poisson(3)", (i: number) => poisson(3, uniform(7, i)), 3, 3],
    ["poisson(900)", (i: number) => poisson(900, uniform(7, i)), 900, 900],
  ])("%s has its mean and variance over 40,000 draws", (_, draw, mean, variance) => {
    const n = 40_000;
    const values = Array.from({ length: n }, (_unused, i) => draw(i));
    const m = values.reduce((sum, value) => sum + value, 0) / n;
    const v = values.reduce((sum, value) => sum + (value - m) ** 2, 0) / n;
    expect(Math.abs(m - mean)).toBeLessThan(4 * Math.sqrt(variance / n));
    expect(v / variance).toBeGreaterThan(0.95);
    expect(v / variance).toBeLessThan(1.05);
  });

  it("refuse impossible parameters", () => {
    expect(() => gamma(0, 1)).toThrow(RangeError);
    expect(() => poisson(Number.NaN, 0.5)).toThrow(RangeError);
  });
});
