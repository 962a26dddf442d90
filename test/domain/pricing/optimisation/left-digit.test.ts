import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import { poseProblem } from "../../../../domain/pricing/decision/problem.ts";
import { evaluate } from "../../../../domain/pricing/optimisation/evaluation.ts";
import { leadingPart, perceivedPrice } from "../../../../domain/pricing/optimisation/response.ts";
import { elastic, inputsOf, policyOf } from "../decision/fixture.ts";

describe("the leading part of a price", () => {
  it.each([
    [399, "EUR", 300],
    [99, "EUR", 0],
    [2399, "EUR", 2300],
    [12_990, "EUR", 12_000],
    [129_900, "EUR", 120_000],
    [100_000, "EUR", 100_000],
    [1980, "JPY", 1900],
    [98, "JPY", 98],
    [1_299, "KWD", 1_000],
  ])("of %i %s is %i", (price, currency, expected) => {
    expect(leadingPart(price, currency)).toBe(expected);
  });
});

describe("a price as shoppers see it", () => {
  const price = fc.integer({ min: 1, max: 5_000_000 });
  const weight = fc.double({ min: 0, max: 0.9, noNaN: true });

  it("rises with the price, is never above it, and is it without the effect", () => {
    fc.assert(
      fc.property(price, weight, fc.constantFrom("EUR", "JPY", "KWD"), (minor, share, currency) => {
        const seen = perceivedPrice(minor, currency, share);
        expect(perceivedPrice(minor + 1, currency, share)).toBeGreaterThan(seen);
        expect(seen).toBeLessThanOrEqual(minor);
        expect(perceivedPrice(minor, currency, 0)).toBe(minor);
      }),
    );
  });

  it("loses more at the step to the next leading digit than anywhere below it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 98 }), fc.double({ min: 0.05, max: 0.9 }), (units, share) => {
        const step = (minor: number) =>
          perceivedPrice(minor + 1, "EUR", share) - perceivedPrice(minor, "EUR", share);
        expect(step(units * 100 + 99)).toBeGreaterThan(20 * share * step(units * 100 + 50));
      }),
    );
  });
});

describe("a decision with the effect of leading digits", () => {
  const inputs = inputsOf({ price: 2010, elasticity: elastic(-2.1) });
  const unitsAt = (leftDigit: number, at: number) => {
    const { evaluation } = poseProblem(inputs, policyOf({ leftDigit }));
    return evaluation.units[evaluation.price.indexOf(at)]!;
  };

  it("expects more of a price just below the next digit", () => {
    expect(unitsAt(0.3, 1999)).toBeGreaterThan(unitsAt(0, 1999));
  });

  it("is the same as before without it", () => {
    expect(decidePrice(inputs, policyOf({ leftDigit: 0 }))).toEqual(decidePrice(inputs, policyOf()));
  });

  it("takes the best of the candidates by brute force", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1200, max: 9000 }), fc.double({ min: 0, max: 0.5 }), (at, leftDigit) => {
        const problem = poseProblem(
          inputsOf({ price: at, unitCost: Math.round(at / 2) }),
          policyOf({ leftDigit }),
        );
        const { evaluation, demand, context, policy } = problem;
        const again = evaluate(evaluation.price, {
          ...{ currentPrice: at, currency: "EUR", leftDigit, economics: context.economics, demand },
          ...{ opportunityCost: context.economics.unitCost, objective: policy.objective, stock: null },
          ...{
            horizonDays: 7,
            rise: problem.response,
            cut: problem.response,
            riseSlope: -2.1,
            cutSlope: -2.1,
          },
        });
        evaluation.price.forEach((price, i) => {
          const seen = perceivedPrice(price, "EUR", leftDigit) / perceivedPrice(at, "EUR", leftDigit);
          const expected = (price - Math.round(at / 2)) * 21 * Math.min(Math.E ** 3, seen ** -2.1);
          expect(again.objective[i]! / expected).toBeCloseTo(1, 6);
        });
        expect(again.objective).toEqual(evaluation.objective);
      }),
      { numRuns: 40 },
    );
  });
});
