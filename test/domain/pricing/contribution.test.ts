import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contribution,
  displayedPrice,
  marginCeiling,
  marginFloor,
  marginShare,
  markupShare,
  netPrice,
  type UnitEconomics,
  unitEconomics,
} from "../../../domain/pricing/unit-economics.ts";

const PLAIN: UnitEconomics = { includesTax: false, taxBps: 0, feeRate: 0, unitFee: 0, unitCost: 6000 };

describe("unit contribution", () => {
  it("takes tax, fee rate, unit fee and cost off the displayed price", () => {
    const economics = unitEconomics({
      unitCost: 5000,
      pricesIncludeTax: true,
      taxRate: 0.19,
      feeRate: 0.1,
      unitFee: 300,
    });
    // 119.00 displayed is 100.00 net; 10 % fee leaves 90.00; 3.00 and 50.00 off leave 37.00
    expect(netPrice(11900, economics)).toBe(10000);
    expect(contribution(11900, economics)).toBeCloseTo(3700, 9);
    expect(marginShare(11900, economics)).toBeCloseTo(0.37, 9);
    expect(markupShare(11900, economics)).toBeCloseTo(1, 9);
  });

  it("takes no tax off prices that contain none", () => {
    const economics = unitEconomics({ unitCost: 5000, pricesIncludeTax: false, taxRate: 0.19 });
    expect(contribution(10000, economics)).toBe(5000);
  });
});

describe("margin floor", () => {
  it.each([
    [950, 0.05, 1000],
    [1000, 0.05, 1053],
    [6000, 0.25, 8000],
    [6000, 0, 6001],
    [0, 0, 1],
  ])("at cost %i and margin %f is %i", (unitCost, marginMin, price) => {
    expect(marginFloor({ ...PLAIN, unitCost }, marginMin)).toBe(price);
  });

  it("does not exist when fees and margin take everything", () => {
    expect(marginFloor({ ...PLAIN, feeRate: 0.95 }, 0.05)).toBeNull();
    expect(marginFloor({ ...PLAIN, feeRate: 0.99 }, 0.05)).toBeNull();
  });

  const economies = fc.record({
    includesTax: fc.boolean(),
    taxBps: fc.integer({ min: 0, max: 2700 }),
    feeRate: fc.integer({ min: 0, max: 4000 }).map((bps) => bps / 10_000),
    unitFee: fc.integer({ min: 0, max: 2000 }),
    unitCost: fc.integer({ min: 0, max: 10_000_000 }),
  });

  it.each([
    // 0.21 / 1.07 = 0.19626: 3.19 % margin, though the net price rounds up to 0.20
    [{ unitCost: 19, taxBps: 700 }, 0.05, 22],
    // 50.00 / 0.95 · 1.2 = 63.158, though 63.16 / 1.2 rounds down to 52.63
    [{ unitCost: 5000, taxBps: 2000 }, 0.05, 6316],
    [{ unitCost: 2400, taxBps: 2000 }, 0.1, 3200],
    [{ unitCost: 1000, taxBps: 1000 }, 0.05, 1158],
    [{ unitCost: 1000, taxBps: 1900, feeRate: 0.15, unitFee: 30 }, 0.05, 1533],
  ])("of %j compares the net price as it is, not rounded", (economics, marginMin, price) => {
    expect(marginFloor({ ...PLAIN, includesTax: true, ...economics }, marginMin)).toBe(price);
  });

  /** price / (1 + tax) · (1 − fee − margin) − costs, times a number that makes it whole; rates in basis points. */
  function surplus(price: number, economics: UnitEconomics, marginBps: number): bigint {
    const tax = 10_000 + (economics.includesTax ? economics.taxBps : 0);
    const kept = 10_000 - Math.round(economics.feeRate * 10_000) - marginBps;
    const costs = BigInt(economics.unitFee + economics.unitCost);
    return BigInt(price) * 10_000n * BigInt(kept) - costs * BigInt(tax) * 10_000n;
  }

  it("is the lowest price that earns the margin, and something", () => {
    fc.assert(
      fc.property(economies, fc.integer({ min: 0, max: 5000 }), (economics, marginBps) => {
        const floor = marginFloor(economics, marginBps / 10_000)!;
        const isEnough = (price: number) =>
          surplus(price, economics, marginBps) >= 0n && surplus(price, economics, 0) > 0n;
        expect([isEnough(floor), isEnough(floor - 1)]).toEqual([true, false]);
      }),
    );
  });

  it("has a ceiling as its mirror image: the highest price within the margin", () => {
    expect(marginCeiling({ ...PLAIN, unitCost: 6000 }, 0.25)).toBe(8000);
    fc.assert(
      fc.property(economies, fc.integer({ min: 500, max: 5000 }), (economics, marginBps) => {
        fc.pre(economics.unitCost > 1);
        const ceiling = marginCeiling(economics, marginBps / 10_000)!;
        expect(surplus(ceiling, economics, marginBps) <= 0n).toBe(true);
        expect(surplus(ceiling + 1, economics, marginBps) > 0n).toBe(true);
      }),
    );
  });
});

describe("displayedPrice", () => {
  it("is at least the net price once the tax is taken off again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 2700 }), (net, taxBps) => {
        const economics = { ...PLAIN, includesTax: true, taxBps };
        expect(netPrice(displayedPrice(net, economics), economics)).toBeGreaterThanOrEqual(net);
      }),
    );
  });
});
