import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contribution,
  displayedPrice,
  marginCeiling,
  marginFloor,
  marginShare,
  markupShare,
  meetsMargin,
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
    feeRate: fc.double({ min: 0, max: 0.4, noNaN: true }),
    unitFee: fc.integer({ min: 0, max: 2000 }),
    unitCost: fc.integer({ min: 0, max: 10_000_000 }),
  });

  it("is the lowest price that earns the margin", () => {
    fc.assert(
      fc.property(economies, fc.double({ min: 0, max: 0.5, noNaN: true }), (economics, marginMin) => {
        const floor = marginFloor(economics, marginMin)!;
        expect(meetsMargin(floor, economics, marginMin)).toBe(true);
        if (floor > 1) expect(meetsMargin(floor - 1, economics, marginMin)).toBe(false);
      }),
    );
  });

  it("has a ceiling as its mirror image: the highest price within the margin", () => {
    expect(marginCeiling({ ...PLAIN, unitCost: 6000 }, 0.25)).toBe(8000);
    fc.assert(
      fc.property(economies, fc.double({ min: 0.05, max: 0.5, noNaN: true }), (economics, marginMax) => {
        fc.pre(economics.unitCost > 0);
        const ceiling = marginCeiling(economics, marginMax)!;
        expect(marginShare(ceiling, economics)).toBeLessThanOrEqual(marginMax + 1e-9);
        // one unit of rounding of the net price further and the margin is passed
        expect(marginShare(ceiling + 2, economics)).toBeGreaterThan(marginMax);
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
