import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convertAt, parseRate, rateTable } from "../../../domain/base/exchange-rates.ts";
import { grossOfNet, netOfGross } from "../../../domain/base/money.ts";
import { basisPoints, divideHalfEven, halfEven, scaleMinor } from "../../../domain/base/rounding.ts";

const amounts = fc.integer({ min: 1, max: 999_999_999_999 });

describe("rounding", () => {
  it.each([
    [2.5, 2],
    [3.5, 4],
    [-2.5, -2],
    [-0.4, 0],
    [7, 7],
    [2.49, 2],
  ])("rounds %f half-even to %i", (value, even) => {
    expect(halfEven(value)).toBe(even);
  });

  it("rounds BigInt quotients half-even on both sides of zero", () => {
    expect([5n, 15n, -5n, -15n, -16n, 14n].map((n) => divideHalfEven(n, 10n))).toEqual([
      0n,
      2n,
      0n,
      -2n,
      -2n,
      1n,
    ]);
  });
});

describe("scaleMinor", () => {
  it("is exact where a double's product is not", () => {
    expect(scaleMinor(1900, 10_500, 10_000, Math.floor)).toBe(1995);
    expect(100 * 1.15).toBeLessThan(115);
    expect(scaleMinor(100, basisPoints(0.15) + 10_000, 10_000, Math.floor)).toBe(115);
  });

  it.each([
    [1, 5, 10, 0],
    [3, 5, 10, 2],
    [5, 5, 10, 2],
    [7, 5, 10, 4],
    [999_999_999_999, 1, 2, 500_000_000_000],
    [999_999_999_997, 1, 2, 499_999_999_998],
  ])("rounds ties half-even unless told otherwise: %i · %i / %i is %i", (amount, multiplier, divisor, even) => {
    expect(scaleMinor(amount, multiplier, divisor)).toBe(even);
  });

  it("refuses a result that a double cannot hold exactly", () => {
    expect(() => scaleMinor(858_012_548_926, 33_391, 3)).toThrow(RangeError);
    expect(() => scaleMinor(Number.NaN, 1, 1)).toThrow(RangeError);
  });

  it("agrees with BigInt arithmetic for every rounding", () => {
    fc.assert(
      fc.property(
        amounts,
        fc.integer({ min: 1, max: 40_000 }),
        fc.integer({ min: 1, max: 40_000 }),
        (a, m, d) => {
          const product = BigInt(a) * BigInt(m);
          const quotient = product / BigInt(d);
          if (quotient >= BigInt(Number.MAX_SAFE_INTEGER)) {
            expect(() => scaleMinor(a, m, d)).toThrow(RangeError);
            return;
          }
          const down = Number(quotient);
          expect(scaleMinor(a, m, d, Math.floor)).toBe(down);
          expect(scaleMinor(a, m, d, Math.ceil)).toBe(product % BigInt(d) === 0n ? down : down + 1);
          expect(scaleMinor(a, m, d)).toBe(Number(divideHalfEven(product, BigInt(d))));
        },
      ),
    );
  });
});

describe("tax", () => {
  it.each([
    [11900, 1900, 10000],
    [1990, 1900, 1672],
    [100, 0, 100],
    [107, 700, 100],
  ])("gross %i at %i bps is %i net", (gross, bps, net) => {
    expect(netOfGross(gross, bps)).toBe(net);
  });

  it.each([
    // at 20 % every sixth amount is a tie: 0.03 is 0.025 net
    ["netOfGross", netOfGross, 3, 2000, 2],
    ["netOfGross", netOfGross, 9, 2000, 8],
    ["netOfGross", netOfGross, 15, 2000, 12],
    ["netOfGross", netOfGross, 999_999_999_999, 2000, 833_333_333_332],
    ["grossOfNet", grossOfNet, 50, 1900, 60],
    ["grossOfNet", grossOfNet, 150, 1900, 178],
    ["grossOfNet", grossOfNet, 250, 700, 268],
    ["grossOfNet", grossOfNet, 350, 700, 374],
  ])("rounds a tie to the even minor unit: %s of %i at %i bps", (_, of, amount, bps, rounded) => {
    expect(of(amount, bps)).toBe(rounded);
  });

  it("comes back within one minor unit and keeps the order of prices", () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 3000 }), (gross, bps) => {
        const net = netOfGross(gross, bps);
        expect(Math.abs(grossOfNet(net, bps) - gross)).toBeLessThanOrEqual(1);
        expect(netOfGross(gross + 1, bps)).toBeGreaterThanOrEqual(net);
      }),
    );
  });
});

describe("conversion", () => {
  const NOON = Date.UTC(2026, 0, 5, 12);
  const convert = (minor: number, from: string, to: string, rate: string) =>
    convertAt(minor, { from, to }, NOON, rateTable([{ base: from, quote: to, day: "2026-01-05", rate }]));

  it.each([
    [10000, "EUR", "USD", "1.0842", 10842],
    [1299, "JPY", "EUR", "0.0061", 792],
    [100, "USD", "JPY", "155.55", 156],
    [100, "USD", "KWD", "0.3071", 307],
    [3, "KWD", "JPY", "500", 2],
    [500, "EUR", "EUR", "2", 500],
  ])("%i %s to %s at %s is %i", (minor, from, to, rate, result) => {
    expect(convert(minor, from, to, rate)).toEqual({ minor: result, stale: false });
  });

  it("does not make nothing of something", () => {
    expect(convert(1, "KWD", "JPY", "500")).toBe(null);
  });

  it("is additive up to one minor unit", () => {
    fc.assert(
      fc.property(amounts, amounts, fc.integer({ min: 1, max: 10 ** 9 }), (a, b, ppm) => {
        const rate = (ppm / 1e6).toFixed(6);
        const minor = (euro: number) => convert(euro, "EUR", "USD", rate)?.minor ?? 0;
        expect(Math.abs(minor(a + b) - minor(a) - minor(b))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each(["", "0", "-1", "abc", "1e3", "0.00000000000000001"])("refuses the rate %j", (rate) => {
    expect(() => parseRate(rate)).toThrow(RangeError);
  });
});
