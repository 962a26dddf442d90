import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  leastWorth,
  trialChance,
  trialCost,
  trialWorth,
} from "../../../../domain/pricing/decision/trial-worth.ts";

describe("what a trial is worth", () => {
  it("is the loss it saves in 30 days over what it costs, at any step", () => {
    const [mean, sd, information] = [-2, 0.6, 3];
    for (const step of [0.02, 0.05]) {
      const told = information * Math.log1p(step) ** 2;
      const saved = (sd ** 2 - 1 / (1 / sd ** 2 + told)) / (2 * 2);
      const cost = trialCost({ mean }, step);
      expect(trialWorth({ mean, sd }, information)).toBeCloseTo((30 * saved) / cost, 1);
    }
  });

  it("falls as the elasticity becomes known, and is least where a price that is off costs most to try", () => {
    expect(trialWorth({ mean: -2, sd: 0.3 }, 3)).toBeLessThan(trialWorth({ mean: -2, sd: 0.6 }, 3) / 15);
    expect(trialWorth({ mean: -4, sd: 0.6 }, 3)).toBeLessThan(trialWorth({ mean: -2, sd: 0.6 }, 3) / 15);
  });

  it("decides how likely a trial is: seldom where it costs more than it teaches", () => {
    expect(trialChance(0.1, 1)).toBeCloseTo(0.001, 9);
    expect(trialChance(1, 2)).toBe(0.125);
    expect(trialChance(5, 2)).toBe(1);
  });
});

describe("the least worth of a trial", () => {
  const offers = fc.array(
    fc.record({
      worth: fc.double({ min: 0, max: 50, noNaN: true }),
      cost: fc.integer({ min: 1, max: 10_000 }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  const spent = (all: readonly { worth: number; cost: number }[], least: number) =>
    all.reduce((sum, { worth, cost }) => sum + cost * trialChance(worth, least), 0);

  it("is 1 where the budget is enough for all that are worth it", () => {
    expect(leastWorth([{ worth: 4, cost: 10 }], 10)).toBe(1);
    expect(leastWorth([], 0.1)).toBe(1);
  });

  it("gives a product that is dearer than the budget a chance, not none", () => {
    expect(trialChance(9, leastWorth([{ worth: 9, cost: 100 }], 40))).toBeCloseTo(0.4, 4);
  });

  it("spends the budget and no more, whatever the products", () => {
    fc.assert(
      fc.property(offers, fc.double({ min: 1, max: 20_000, noNaN: true }), (all, budget) => {
        const least = leastWorth(all, budget);
        const cost = spent(all, least);
        expect(least).toBeGreaterThanOrEqual(1);
        expect(cost).toBeLessThanOrEqual(budget * (1 + 1e-9));
        if (least > 1) expect(cost).toBeGreaterThan(0.999 * budget);
      }),
    );
  });
});
