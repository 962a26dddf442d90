import { describe, expect, it } from "vitest";
import { playTests } from "../../../bench/experiments/price-tests.ts";
import { studentQuantile } from "../../../domain/base/student.ts";
import {
  chanceBound,
  halfWidth,
  sequentialP,
  sumsOf,
} from "../../../domain/experiments/confidence-sequence.ts";
import { repricingReturn } from "../../../domain/experiments/hold-out.ts";
import { chanceToFind, daysNeeded, powerIn } from "../../../domain/experiments/power.ts";
import { sampleRatioP } from "../../../domain/experiments/stop-rules.ts";

describe("the confidence sequence", () => {
  it("rejects exactly where its bound is crossed", () => {
    expect(chanceBound(1, 1, 0.05)).toBeCloseTo(9.2125, 4);
    const sum = Math.sqrt(chanceBound(30, 30, 0.05));
    expect(sequentialP({ n: 30, sum, squares: 30 }, 30)).toBeCloseTo(0.05, 10);
    expect(sequentialP({ n: 30, sum: 0, squares: 30 }, 30)).toBe(1);
  });

  it("is the set of shifts that the test does not reject", () => {
    const differences = Array.from({ length: 80 }, (_, i) => 1 + Math.sin(i * 7.3));
    const sums = sumsOf(differences);
    const width = halfWidth(sums, 60, 0.05);
    const centre = sums.sum / sums.n;
    const pAt = (shift: number) => sequentialP(sumsOf(differences.map((one) => one - shift)), 60);
    expect(pAt(centre + width)).toBeCloseTo(0.05, 6);
    expect(pAt(centre + 0.99 * width)).toBeGreaterThan(0.05);
    expect(pAt(centre + 1.01 * width)).toBeLessThan(0.05);
  });

  it("has no bound while there is too little to go by", () => {
    expect(halfWidth(sumsOf([1]), 1, 0.05)).toBe(Number.POSITIVE_INFINITY);
    expect(halfWidth(sumsOf([1, 2, 1]), 1, 0.05)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("simulated tests", () => {
  it("of nothing reject at most one in twenty, however often one looks", () => {
    for (const design of ["matched", "switchback"] as const) {
      const { rejected, covered } = playTests(design, { runs: 100, clusters: 60, days: 56 });
      expect(rejected).toBeLessThanOrEqual(0.05);
      expect(covered).toBeGreaterThanOrEqual(0.95);
    }
  });

  it("of a true effect find it, with an interval that holds it", () => {
    const found = playTests("switchback", { runs: 20, clusters: 400, days: 56, lift: 0.1, firstSeed: 901 });
    expect(found.mdeShare).toBeLessThan(0.08);
    expect(found.rejected).toBeGreaterThanOrEqual(0.8);
    expect(found.covered).toBeGreaterThanOrEqual(0.9);
  });
});

describe("power", () => {
  const noise = { n: 100, lasting: 0, daily: 28, base: 10, rho2: 0 };

  it("is that of the bound that one may look at any time", () => {
    expect(powerIn(noise, 28, 0.05, 0.8)).toMatchObject({ days: 28, mde: expect.closeTo(0.3877, 3) });
    expect(chanceToFind(noise, 28, 0.05, 0.3877)).toBeCloseTo(0.8, 3);
  });

  it("needs four times the days for half the effect, and never finds what noise that lasts hides", () => {
    const asked = { alpha: 0.05, power: 0.8, atMost: 3_640 };
    expect(daysNeeded(noise, 0.4, asked)).toBe(28);
    expect(daysNeeded(noise, 0.2, asked)).toBe(112);
    expect(daysNeeded({ ...noise, lasting: 1 }, 0.2, asked)).toBeNull();
  });

  it("sees arms of an unlikely size", () => {
    expect(sampleRatioP([50, 50])).toBe(1);
    expect(sampleRatioP([540, 460])).toBeCloseTo(0.0114, 3);
    expect(sampleRatioP([600, 400])).toBeLessThan(0.001);
  });
});

describe("what repricing earned", () => {
  const group = (size: number, growth: number) =>
    Array.from({ length: size }, (_, i) => {
      const before = 100 + 10 * (i % 7);
      return { before, after: before * growth * (1 + 0.02 * Math.sin(i)) };
    });

  it("is the priced products' growth beyond that of the held-out ones, in money", () => {
    const found = repricingReturn(group(400, 1.21), group(40, 1.1))!;
    expect(found.share).toBeCloseTo(0.1, 2);
    expect(found.gain).toBeCloseTo(0.11 * group(400, 1).reduce((sum, { before }) => sum + before, 0), -3);
    expect(found.interval95[0]).toBeLessThan(found.gain);
    expect(found.shareInterval95[0]).toBeGreaterThan(0.08);
  });

  it("is not said of too few products", () => {
    expect(repricingReturn(group(400, 1.2), group(19, 1.1))).toBeNull();
    expect(repricingReturn(group(400, 1.2), [...group(19, 1), { before: 0, after: 9 }])).toBeNull();
  });

  it("uses Student's quantile", () => {
    expect(studentQuantile(0.975, 10)).toBeCloseTo(2.228138851964939, 9);
    expect(studentQuantile(0.975, 1)).toBeCloseTo(12.7062047362, 6);
  });
});
