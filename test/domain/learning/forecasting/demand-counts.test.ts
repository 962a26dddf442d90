import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { negativeBinomialCdf } from "../../../../domain/base/special-functions.ts";
import {
  countQuantiles,
  countUpperTail,
} from "../../../../domain/learning/forecasting/count-distribution.ts";

describe("count distribution", () => {
  // mean 2, variance 4: size 2, P(k) = (k + 1) / 2^(k + 2)
  it.each([
    [0.2, 0],
    [0.4, 1],
    [0.6, 2],
    [0.8, 3],
    [0.9, 5],
    [0.95, 6],
  ])("quantile %d of mean 2, variance 4 is %d", (p, count) => {
    expect(countQuantiles(2, 4, [p])).toEqual([count]);
  });

  it.each([
    [0, 1],
    [1, 0.75],
    [3, 0.3125],
    [2.5, 0.3125],
  ])("P(count ≥ %d) is %d", (threshold, probability) => {
    expect(countUpperTail(threshold, 2, 4)).toBeCloseTo(probability, 12);
  });

  it("is Poisson when the variance is the mean", () => {
    expect(countUpperTail(1, 1, 1)).toBeCloseTo(1 - Math.exp(-1), 5);
    expect(countQuantiles(1, 1, [0.3, 0.5, 0.9, 0.99])).toEqual([0, 1, 2, 4]);
  });

  it("has no units without demand", () => {
    expect(countQuantiles(0, 0, [0.1, 0.9])).toEqual([0, 0]);
    expect(countUpperTail(1, 0, 0)).toBe(0);
  });

  it("agrees with the incomplete beta function, within 2 % of the mean where it approximates", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 20_000, noNaN: true }),
        fc.double({ min: 1.01, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.constantFrom(0.025, 0.1, 0.5, 0.9, 0.975),
        (mean, phi, spread, p) => {
          const variance = phi * mean + spread * mean * mean;
          // variance = mean + mean² / size; as good as Poisson from a size of a million on
          const size = Math.min(1e6, (mean * mean) / Math.max(0, variance - mean));
          const [count] = countQuantiles(mean, variance, [p]);
          const slack = mean + 6 * Math.sqrt(variance) <= 600 ? 0 : Math.ceil(0.02 * mean);
          expect(negativeBinomialCdf(count! + slack, mean, size)).toBeGreaterThanOrEqual(p - 1e-9);
          expect(negativeBinomialCdf(count! - slack - 1, mean, size)).toBeLessThan(p + 1e-9);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("falls with the threshold and rises with the mean", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.1, max: 300, noNaN: true }),
        (s, mean) => {
          const tail = (threshold: number, m: number) => countUpperTail(threshold, m, 1.5 * m + 0.1 * m * m);
          expect(tail(s + 1, mean)).toBeLessThanOrEqual(tail(s, mean) + 1e-12);
          expect(tail(s, mean * 1.1)).toBeGreaterThanOrEqual(tail(s, mean) - 1e-12);
        },
      ),
    );
  });
});
