import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normal } from "../../../../domain/base/keyed-random.ts";
import { unlimitedOptimum } from "../../../../domain/pricing/optimisation/evaluation.ts";
import {
  adverseDemand,
  followedResponse,
  probabilityOfGain,
  truncatedMean,
} from "../../../../domain/pricing/optimisation/response.ts";
import {
  demandVariance,
  expectedSales,
  logDemandFor,
  salesAt,
  salesCurve,
  stockShadowPrice,
} from "../../../../domain/pricing/optimisation/sales.ts";
import {
  contribution,
  type UnitEconomics,
  unitEconomics,
} from "../../../../domain/pricing/unit-economics.ts";

describe("expected sales out of a stock", () => {
  it("of a Poisson demand of 1 with one unit is 1 − e^−1", () => {
    expect(expectedSales(1, 1, 1)).toBeCloseTo(1 - Math.exp(-1), 12);
  });

  it("of a geometric demand (mean 1, variance 2) with one unit is one half", () => {
    expect(expectedSales(1, 2, 1)).toBeCloseTo(0.5, 12);
  });

  it("of a geometric demand with two units is three quarters", () => {
    // E min(D, 2) = P(D ≥ 1) + P(D ≥ 2) = 1/2 + 1/4
    expect(expectedSales(1, 2, 2)).toBeCloseTo(0.75, 12);
  });

  it("is the demand without a limit and nothing without stock", () => {
    expect(expectedSales(7, 9, null)).toBe(7);
    expect(expectedSales(7, 9, 0)).toBe(0);
    expect(expectedSales(0, 0, 5)).toBe(0);
  });

  it("joins the exact sum and the normal loss function within 2 %", () => {
    const variance = demandVariance(210, 2, 0.02);
    const exact = expectedSales(210, variance, 200);
    expect(Math.abs(expectedSales(210, variance, 201) / exact - 1)).toBeLessThan(0.02);
  });

  it("grows with the stock and stays below both stock and demand", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 400, noNaN: true }),
        fc.double({ min: 1, max: 10, noNaN: true }),
        fc.integer({ min: 1, max: 190 }),
        (mean, phi, stock) => {
          const variance = demandVariance(mean, phi, 0.05);
          const sold = expectedSales(mean, variance, stock);
          expect(sold).toBeLessThanOrEqual(Math.min(mean, stock));
          expect(expectedSales(mean, variance, stock + 1)).toBeGreaterThanOrEqual(sold - 1e-9);
        },
      ),
    );
  });
});

describe("probability of a gain", () => {
  it.each([
    [550, 500, 1.1, -1.5, 0.5],
    [640, 500, 1.08, -3.2, 0.8],
    [400, 500, 0.92, -2.4, 0.6],
    [300, 500, 0.9, -4, 0.3],
  ])("unit value %i against %i at ratio %f agrees with 200,000 draws", (value, now, ratio, mean, sd) => {
    const change = Math.log(ratio);
    let gains = 0;
    const draws = 200_000;
    for (let i = 0; i < draws; i++) {
      if (value * Math.exp(change * (mean + sd * normal(77, i))) > now) gains++;
    }
    expect(Math.abs(probabilityOfGain(value, now, change, { mean, sd }) - gains / draws)).toBeLessThan(0.005);
  });

  it("knows the sides of zero", () => {
    const response = { mean: -2, sd: 0.5 };
    expect(probabilityOfGain(-1, 100, 0.1, response)).toBe(0);
    expect(probabilityOfGain(0, 100, 0.1, response)).toBe(0);
    expect(probabilityOfGain(10, -5, 0.1, response)).toBe(1);
    expect(probabilityOfGain(100, 100, 0, response)).toBe(0.5);
    expect(probabilityOfGain(120, 100, 0.1, { mean: -1.5, sd: 0 })).toBe(1);
    expect(probabilityOfGain(110, 100, 0.1, { mean: -1.5, sd: 0 })).toBe(0);
  });
});

describe("the adverse case", () => {
  it("is demand at the unlucky quantile of the slope", () => {
    const response = { mean: -2, sd: 0.5 };
    expect(adverseDemand(0.1, response, 1)).toBeCloseTo(Math.exp(-0.25), 12);
    expect(adverseDemand(-0.1, response, 1)).toBeCloseTo(Math.exp(0.15), 12);
  });
});

describe("the sales curve", () => {
  const curve = salesCurve(20, 1.5, 0.02, 25);

  it("follows the expected sales within a half percent", () => {
    for (const mean of [3, 11, 19, 26, 47, 150]) {
      const exact = expectedSales(mean, demandVariance(mean, 1.5, 0.02), 25);
      expect(Math.abs(salesAt(curve, Math.log(mean)) / exact - 1)).toBeLessThan(0.005);
    }
  });

  it("is its own inverse, and knows what the stock cannot do", () => {
    for (const units of [4, 15, 22, 24]) {
      expect(salesAt(curve, logDemandFor(curve, units))).toBeCloseTo(units, 9);
    }
    expect(logDemandFor(curve, 26)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("competitors that follow", () => {
  it("lower the value of a cut and never raise it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: -0.2, noNaN: true }),
        fc.double({ min: -1, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (own, cross, rate) => {
          const followed = followedResponse({ mean: own, sd: 0.4 }, { mean: cross, sd: 0.2 }, rate);
          expect(followed.mean).toBeGreaterThanOrEqual(truncatedMean(own));
        },
      ),
    );
  });
});

describe("the shadow price of a stock", () => {
  const economics: UnitEconomics = {
    includesTax: true,
    taxBps: 1900,
    feeRate: 0.05,
    unitFee: 100,
    unitCost: 3000,
  };

  it("agrees with bisection on sales at the optimal price", () => {
    const [stock, demand, price, slope] = [40, 90, 9990, -2.2];
    const net = (p: number) => p / 1.19;
    const optimal = (cost: number) => (((cost + 100) / 0.95) * slope * 1.19) / (slope + 1);
    let [lo, hi] = [0, 100_000];
    for (let i = 0; i < 100; i++) {
      const cost = (lo + hi) / 2;
      const sales = demand * (optimal(cost) / price) ** slope;
      if (sales > stock) lo = cost;
      else hi = cost;
    }
    expect(net(optimal(lo))).toBeGreaterThan(0);
    expect(stockShadowPrice(stock, demand, price, slope, economics, 0)).toBeCloseTo(lo, 4);
  });

  it("is the salvage value when the stock lasts anyway", () => {
    expect(stockShadowPrice(100_000, 10, 9990, -2.2, economics, 700)).toBe(700);
    expect(stockShadowPrice(5, 0, 9990, -2.2, economics, 700)).toBe(700);
  });

  it("rises as the stock gets scarcer", () => {
    const at = (stock: number) => stockShadowPrice(stock, 90, 9990, -2.2, economics, 0);
    expect(at(20)).toBeGreaterThan(at(40));
    expect(contribution(9990, economics)).toBeGreaterThan(0);
  });
});

describe("an optimum without limits", () => {
  it("is finite for every posterior mean, also one that is not elastic or has the wrong sign", () => {
    const economics = unitEconomics({ unitCost: 1000, pricesIncludeTax: false });
    fc.assert(
      fc.property(fc.double({ min: -20, max: 5, noNaN: true }), (mean) => {
        const riseSlope = truncatedMean(mean);
        const response = { mean, sd: 0.3 };
        const best = unlimitedOptimum({
          ...{ currentPrice: 2000, currency: "EUR", leftDigit: 0, horizonDays: 7, stock: null },
          ...{ economics, opportunityCost: 1000 },
          objective: { profit: 1, revenue: 0, units: 0 },
          demand: { perDay: 3, logVar: 0.1, phi: 1.5 },
          ...{ rise: response, cut: response, riseSlope, cutSlope: riseSlope },
        });
        expect(best).toBeGreaterThan(1000);
        expect(best).toBeLessThanOrEqual(21_000 + 1e-6);
      }),
    );
  });
});
