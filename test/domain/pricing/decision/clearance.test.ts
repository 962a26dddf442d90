import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import { poseProblem } from "../../../../domain/pricing/decision/problem.ts";
import { HIGHEST } from "../../../../domain/pricing/guardrails/guardrail.ts";
import { GUARDRAILS } from "../../../../domain/pricing/guardrails/table.ts";
import type { PricingInputs } from "../../../../domain/pricing/inputs.ts";
import { elastic, inputsOf, policyOf } from "./fixture.ts";

const clearing = (stock: number, changes: Partial<PricingInputs> = {}) =>
  inputsOf({ stock, elasticity: elastic(-2.5), clearance: { daysLeft: 10, salvage: 200 }, ...changes });

describe("stock that has to be gone by a date", () => {
  it("is made cheaper where it would not sell out, and never dearer", () => {
    const decision = decidePrice(clearing(60), policyOf());
    expect(decision).toMatchObject({ verdict: "propose", reason: "higher_objective" });
    expect(decision.to).toBeLessThan(1990);
    expect(decision.guardrails.find(({ name }) => name === "clearance")?.why).toContain("10.0 days");
  });

  it("may go below cost, which is HIGH risk and says so", () => {
    const decision = decidePrice(clearing(300, { unitCost: 1950 }), policyOf());
    expect(decision.to).toBeLessThan(1950);
    expect(decision).toMatchObject({ risk: "HIGH", autoApprovable: false });
    expect(decision.riskReasons).toContain("every unit sold at the new price loses money");
  });

  it("says what a unit counts as, since the profit of the next days may fall", () => {
    const { delta, sentence } = decidePrice(clearing(300, { unitCost: 1700 }), policyOf());
    expect(delta!.profit).toBeLessThan(0);
    expect(sentence).toContain("a stock of 300 to be sold in 10.0 days: a unit counts as");
    expect(decidePrice(inputsOf({ stock: 60 }), policyOf()).sentence).not.toContain("counts as");
  });

  it("is made dearer where it would sell out long before", () => {
    const decision = decidePrice(clearing(8), policyOf());
    expect(decision.to).toBeGreaterThan(1990);
  });

  it("is compared over no more days than there are", () => {
    const { atCurrent } = decidePrice(clearing(60, { clearance: { daysLeft: 2, salvage: 0 } }), policyOf());
    expect(atCurrent!.units).toBeCloseTo(6, 1);
  });

  it("is never cheaper when there is less of it, nor sold for what a leftover unit is worth", () => {
    const stock = fc.integer({ min: 1, max: 400 });
    const salvage = fc.integer({ min: 0, max: 1500 });
    fc.assert(
      fc.property(stock, stock, salvage, (a, b, value) => {
        const policy = policyOf({ minGain: 0, minGainMoney: 0, minProbability: 0, regretCap: 1 });
        const at = (units: number) =>
          decidePrice(clearing(units, { clearance: { daysLeft: 10, salvage: value } }), policy);
        const [few, many] = [at(Math.min(a, b)), at(Math.max(a, b))];
        // both on the same grid of charm prices within a step: at most one ending apart
        expect(many.to).toBeLessThanOrEqual(few.to * 1.03);
        for (const { to } of [few, many]) expect(to).toBeGreaterThan(value);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a cut", () => {
  const cheap = { elasticity: elastic(-4), demand: { perDay: 3, logVar: 0.02, phi: 1.5 } };

  it.each([
    [12, null],
    [11, { lo: 1990, hi: HIGHEST }],
    [9, { lo: 1990, hi: HIGHEST }],
  ])("with %i left of what sells three a day is limited to %j", (stock, range) => {
    const { limits } = poseProblem(inputsOf({ ...cheap, stock }), policyOf());
    const limit = limits[GUARDRAILS.findIndex(({ name }) => name === "stock_cover")]!;
    expect(limit && { lo: limit.lo, hi: limit.hi }).toEqual(range);
    if (range !== null) expect(limit.why).toContain(`${stock} in stock`);
    expect(decidePrice(inputsOf({ ...cheap, stock }), policyOf()).to).toBeGreaterThanOrEqual(1990);
  });

  it("is never proposed while the stock would not last", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 30 }), (stock, perDay) => {
        const demand = { perDay, logVar: 0.02, phi: 1.5 };
        const { to } = decidePrice(inputsOf({ elasticity: elastic(-4), demand, stock }), policyOf());
        if (stock < 4 * perDay) expect(to).toBeGreaterThanOrEqual(1990);
      }),
    );
  });
});

describe("a new product", () => {
  it.each([
    [-3, "hold"],
    [0, "hold"],
    [6, "hold"],
    [7, "propose"],
  ] as const)("%i days after its launch: %s", (daysSinceLaunch, verdict) => {
    const inputs = inputsOf({ elasticity: elastic(-4), daysSinceLaunch });
    const decision = decidePrice(inputs, policyOf());
    expect(decision.verdict).toBe(verdict);
    if (verdict === "hold") expect(decision).toMatchObject({ reason: "launch", binding: ["launch"] });
  });

  it("still changes its price where that breaks a limit", () => {
    const decision = decidePrice(inputsOf({ daysSinceLaunch: 1, minPrice: 2050 }), policyOf());
    expect(decision).toMatchObject({ verdict: "propose", reason: "limit_violated" });
  });
});

describe("a price below cost", () => {
  it("is HIGH risk while it is raised in steps", () => {
    const { risk, riskReasons } = decidePrice(inputsOf({ unitCost: 2120 }), policyOf());
    expect(risk).toBe("HIGH");
    expect(riskReasons).toContain("every unit sold at the present price loses money");
  });

  it.each([
    [1990, false],
    [1991, true],
  ])("is not one at exactly the cost: a cost of %i at a price of 19.90 loses money: %s", (unitCost, loses) => {
    const { riskReasons } = decidePrice(inputsOf({ unitCost }), policyOf());
    expect(riskReasons.includes("every unit sold at the present price loses money")).toBe(loses);
  });
});
