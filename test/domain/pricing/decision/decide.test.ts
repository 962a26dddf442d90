import { describe, expect, it } from "vitest";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import { elastic, HOUR, inputsOf, marketAt, NOW, policyOf } from "./fixture.ts";

function decide(inputs: Parameters<typeof inputsOf>[0] = {}, policy: Parameters<typeof policyOf>[0] = {}) {
  return decidePrice(inputsOf(inputs), policyOf(policy));
}

describe("decidePrice", () => {
  it("cuts an overpriced elastic product to the best price within the largest step", () => {
    // cost 10.00 and elasticity −4: the optimum is 10 · 4/3 = 13.33, one step down from 19.90 ends at 18.10
    const decision = decide({ elasticity: elastic(-4) }, { charmEndings: false });
    expect(decision).toMatchObject({ verdict: "propose", reason: "higher_objective", to: 1810 });
    expect(decision.binding).toEqual(["max_step"]);
    expect(decision.unlimited).toBe(1333);
  });

  it("takes the optimum itself when nothing stands in its way", () => {
    // −2.5: 10 · 2.5/1.5 = 16.67
    const decision = decide({ price: 1790, elasticity: elastic(-2.5) }, { charmEndings: false });
    expect(decision).toMatchObject({ verdict: "propose", to: 1667, binding: [] });
  });

  it("chooses a price with a usual ending", () => {
    const decision = decide({ price: 1790, elasticity: elastic(-2.5) });
    expect(decision.to).toBe(1649);
    expect(decision.candidates.find(({ price }) => price === 1667)).toMatchObject({
      verdict: "removed",
      reason: "charm",
    });
  });

  it("keeps a price that is already the best, without a proposal", () => {
    const decision = decide({ price: 1667, elasticity: elastic(-2.5) });
    expect(decision).toMatchObject({ verdict: "hold", reason: "already_best", to: 1667, changePct: 0 });
    expect(decision.sentence).toContain("no other price is expected to earn more");
  });

  it("gives a kept price only its reason where only changes are asked in detail", () => {
    const held = inputsOf({ price: 1667, elasticity: elastic(-2.5) });
    const { candidates, inputs, ...reason } = decidePrice(held, policyOf());
    expect([candidates.length, inputs.length]).not.toContain(0);
    const unread = { ...held, facts: () => expect.unreachable() };
    expect(decidePrice(unread, policyOf(), "changes")).toEqual({ ...reason, candidates: [], inputs: [] });
    const changed = inputsOf({ elasticity: elastic(-4) });
    expect(decidePrice(changed, policyOf(), "changes")).toEqual(decidePrice(changed, policyOf()));
  });

  it("works in whole minor units at the edge of the largest step", () => {
    // 19.00 · 1.05 is 19.95 exactly; in binary fractions 19.95 / 19 − 1 is above 0.05
    const decision = decide({ price: 1900, unitCost: 1500, elasticity: elastic(-1.5) }, { maxStep: 0.05 });
    expect(1995 / 1900 - 1).toBeGreaterThan(0.05);
    expect(decision.to).toBe(1995);
  });

  it("explains itself: expected figures, candidates, steps, inputs", () => {
    const decision = decide({ elasticity: elastic(-4) });
    const chosen = decision.candidates.filter(({ verdict }) => verdict === "chosen");
    expect(chosen.map(({ price }) => price)).toEqual([decision.to]);
    expect(decision.expected!.profit - decision.atCurrent!.profit).toBeCloseTo(decision.delta!.profit, -1);
    expect(decision.atCurrent!.units).toBe(21);
    expect(decision.atCurrent!.revenue).toBe(21 * 1990);
    expect(decision.atCurrent!.profit).toBe(21 * 990);
    expect(decision.delta!.profit).toBeGreaterThan(0);
    const [low, high] = decision.delta!.interval80;
    expect(low).toBeLessThanOrEqual(decision.delta!.profit);
    expect(high).toBeGreaterThanOrEqual(decision.delta!.profit);
    for (const candidate of decision.candidates) {
      expect(candidate.reason !== undefined).toBe(candidate.verdict === "removed");
    }
    expect(decision.guardrails.at(-1)!.name).toBe("floor");
    expect(decision.guardrails.at(-1)!.after).toBe(decision.to);
    expect(decision.inputs).toEqual([{ name: "unit cost", value: 1000, at: NOW - HOUR }]);
    const euros = (minor: number) => `+${(minor / 100).toFixed(2)} EUR`;
    const gain = `${euros(decision.delta!.profit)} (80 % interval ${euros(low)} to ${euros(high)})`;
    expect(decision.sentence).toBe(
      `Cut from 19.90 EUR to 18.49 EUR (−7.1 %): expected profit over 7 days ${gain}, ` +
        "units +7.2, chance of a gain 100 %. Elasticity −4.00 ± 0.05. " +
        "Limited by the largest step; without it 15.90 EUR.",
    );
  });

  it("chains the steps: each guardrail starts where the one before it ended", () => {
    const decision = decide({ elasticity: elastic(-4), priceWeekAgo: 2100, minPrice: 1850, msrp: 2500 });
    expect(decision.guardrails[0]!.before).toBe(decision.unlimited);
    for (let j = 1; j < decision.guardrails.length; j++) {
      expect(decision.guardrails[j]!.before).toBe(decision.guardrails[j - 1]!.after);
    }
    expect(decision.guardrails.at(-1)!.after).toBe(decision.to);
    expect(decision.to).toBe(1890);
  });

  it("counts what a binding guardrail costs", () => {
    const free = decide({ elasticity: elastic(-4) }, { maxStep: 0.5, regretCap: 1 });
    const held = decide({ elasticity: elastic(-4) });
    const shadow = held.shadow.find(({ name }) => name === "max_step")!;
    expect(shadow.shadowValue).toBeGreaterThan(0);
    expect(shadow.shadowValue).toBeLessThanOrEqual(free.expected!.profit - held.expected!.profit);
  });

  it.each([
    ["map", { mapPrice: 1899 }, {}, 1899],
    ["min_price", { minPrice: 1890 }, {}, 1890],
    ["weekly_cap", { priceWeekAgo: 2250 }, {}, 1890],
    ["cool_down", { lastChangeAt: NOW - 5 * HOUR }, {}, 1990],
    ["daily_cap", { changesToday: 1 }, {}, 1990],
    ["price_war", { market: marketAt(1500, { priceWar: true }) }, {}, 1990],
    [
      "competitor_band",
      { market: marketAt(2000) },
      { competitorBand: { lo: 0.95, hi: 1.05, minConfidence: 0.7 } },
      1949,
    ],
    ["line", { ladder: { lo: 1900, hi: null } }, {}, 1949],
    [
      "low_probability",
      { elasticity: { mean: -2.2, sd: 3, identified: true, label: "uncertain" } },
      { regretCap: 1 },
      1990,
    ],
    [
      "regret_cap",
      { elasticity: { mean: -2.6, sd: 0.8, identified: true, label: "elastic" } },
      { regretCap: 0.02 },
      1949,
    ],
    [
      "unidentified_step",
      { elasticity: { mean: -4, sd: 0.05, identified: false, label: "elastic" } },
      {},
      1899,
    ],
    ["imputed_cost", { costImputed: true }, {}, 1899],
  ] as const)("%s limits the cut", (name, inputs, policy, to) => {
    const decision = decide({ elasticity: elastic(-4), ...inputs }, policy);
    expect(decision.to).toBe(to);
    expect(decision.guardrails.map((step) => step.name)).toContain(name);
    if (name !== "low_probability") expect(decision.binding).toContain(name);
    if (to === 1990) expect(decision.reason).toBe(name);
  });

  it.each([
    ["max_price", { maxPrice: 2050 }, {}, 2049],
    ["msrp", { msrp: 2095 }, {}, 2095],
    ["margin_cap", {}, { marginMax: 0.52 }, 2049],
  ] as const)("%s limits the rise", (name, inputs, policy, to) => {
    const decision = decide({ elasticity: elastic(-1.2), ...inputs }, policy);
    expect(decision.to).toBe(to);
    expect(decision.binding).toContain(name);
  });

  it("says that the elasticity is not known yet where only the prior speaks for a move", () => {
    const prior = { mean: -2.4, sd: 1.1, identified: false, label: "uncertain" } as const;
    const decision = decide(
      { price: 1990, elasticity: prior },
      { minProbabilityUnidentified: 0.8, regretCap: 0.02 },
    );
    expect(decision).toMatchObject({ verdict: "hold", reason: "low_probability" });
    expect(decision.sentence).toBe(
      "Keep 19.90 EUR: the elasticity is not known yet: the chance of a gain has to be at least 80 %.",
    );
  });

  it("applies the floor last: rounding to an ending never goes below it", () => {
    // floor at margin 5 %: 17.80 / 0.95 = 18.74
    const decision = decide({ elasticity: elastic(-40, 0.01), unitCost: 1780 });
    expect(decision.to).toBe(1874);
    const floor = decision.guardrails.at(-1)!;
    expect(floor).toMatchObject({ name: "floor", before: 1849, after: 1874 });
  });

  it("raises a price below the floor, although the evidence for a gain is weak", () => {
    const decision = decide({ unitCost: 1950, elasticity: elastic(-9, 4) });
    expect(decision).toMatchObject({ verdict: "propose", reason: "limit_violated" });
    expect(decision.to).toBeGreaterThanOrEqual(2053);
  });

  it("does not give a limit that gave way as the reason of a move", () => {
    const decision = decide({ ladder: { lo: null, hi: 800 }, elasticity: elastic(-1.5) });
    expect(decision.relaxations).toContain("line");
    expect(decision.to).toBeGreaterThan(1990);
    expect(decision.reason).toBe("higher_objective");
    expect(decision.sentence).not.toContain("breaks a limit");
  });

  it("names limits that exclude each other instead of guessing", () => {
    const decision = decide({ minPrice: 2500, maxPrice: 1500 });
    expect(decision).toMatchObject({ verdict: "blocked", reason: "limits_conflict", to: 1990 });
    expect(decision.sentence).toContain("min_price 25.00 EUR is above max_price 15.00 EUR");
  });

  it("says so when no price can reach the margin", () => {
    expect(decide({ feeRate: 0.96 })).toMatchObject({ verdict: "blocked", reason: "floor_unreachable" });
  });

  it("goes one step towards a limit beyond the largest step, and asks for approval", () => {
    const decision = decide({ maxPrice: 1500 });
    expect(decision).toMatchObject({
      verdict: "propose",
      reason: "cap_step_conflict",
      to: 1810,
      risk: "HIGH",
    });
    expect(decision.autoApprovable).toBe(false);
  });

  it("leaves a larger move to a person where past prices followed demand", () => {
    const within = (maxStep: number, endogenous: boolean) =>
      decide({ elasticity: { ...elastic(-2.6), endogenous } }, { charmEndings: false, maxStep });
    const free = within(0.04, false);
    expect(free).toMatchObject({ verdict: "propose", to: 1914, risk: "LOW", autoApprovable: true });
    expect(within(0.04, true)).toMatchObject({
      to: free.to,
      risk: "MEDIUM",
      riskReasons: ["past prices followed demand, so that the elasticity may be biased"],
      autoApprovable: false,
    });
    expect(within(0.03, true)).toMatchObject({ risk: "LOW", autoApprovable: true });
  });

  it("lets guardrails give way in their order when no price is left, and says which", () => {
    const decision = decide({ maxPrice: 1985, lastChangeAt: NOW - HOUR, elasticity: elastic(-2) });
    expect(decision.verdict).toBe("propose");
    expect(decision.relaxations).toContain("cool_down");
    expect(decision.relaxations).not.toContain("max_step");
    expect(decision.to).toBeLessThanOrEqual(1985);
  });

  it("takes tax and fees off what a price earns", () => {
    const costs = { price: 2380, pricesIncludeTax: true, taxRate: 0.19, feeRate: 0.1, unitFee: 100 };
    const decision = decide({ ...costs, elasticity: elastic(-2.5) }, { charmEndings: false });
    // 23.80 is 20.00 net; 10 % fee, 1.00 and the cost of 10.00 leave 7.00; 21 units in the horizon
    expect(decision.atCurrent).toMatchObject({ units: 21, revenue: 42_000, profit: 14_700 });
    // optimum net: 11.00 / 0.9 · 2.5/1.5 = 20.37, with tax 24.24
    expect(decision.unlimited).toBeGreaterThanOrEqual(2422);
    expect(decision.unlimited).toBeLessThanOrEqual(2426);
  });

  it("weighs revenue and units where the policy does", () => {
    const profit = decide({}, { charmEndings: false });
    const revenue = decide({}, { charmEndings: false, objective: { profit: 0, revenue: 1, units: 0 } });
    const units = decide({}, { charmEndings: false, objective: { profit: 1, revenue: 0, units: 900 } });
    expect(revenue.to).toBeLessThan(profit.to);
    expect(units.to).toBeLessThan(profit.to);
    // elastic demand: every cut raises revenue, down to the step
    expect(revenue.to).toBe(1810);
  });

  it("raises the price of a stock that runs out before the horizon ends", () => {
    const plenty = decide({ stock: 1000 }, { charmEndings: false });
    const scarce = decide({ stock: 6 }, { charmEndings: false });
    expect(scarce.to).toBeGreaterThan(plenty.to);
    expect(scarce.atCurrent!.units).toBeLessThanOrEqual(6);
    expect(scarce.atCurrent!.interval80[1]).toBeLessThanOrEqual(6 * 990);
  });

  it("cuts less where competitors follow", () => {
    const alone = decide({ elasticity: elastic(-2.9) }, { charmEndings: false });
    const followed = decide(
      {
        elasticity: elastic(-2.9),
        competitorEffect: { mean: 0.9, sd: 0.05, identified: true },
        followRate: 1,
      },
      { charmEndings: false },
    );
    expect(alone.to).toBeLessThan(1990);
    expect(followed.to).toBeGreaterThan(alone.to);
  });

  it("rates the risk by the change, the margin and the evidence", () => {
    const small = decide(
      { price: 1700, elasticity: elastic(-2.5, 0.01) },
      { charmEndings: false, minGain: 0, minGainMoney: 0 },
    );
    expect(small).toMatchObject({ to: 1667, risk: "LOW", riskReasons: [], autoApprovable: true });
    expect(decide({ elasticity: elastic(-4) })).toMatchObject({ risk: "MEDIUM" });
    const jump = decide({ elasticity: elastic(-1.1) }, { maxStep: 0.3, weeklyCap: 0.5 });
    expect(jump.changePct).toBeGreaterThan(15);
    expect(jump.risk).toBe("HIGH");
    expect(jump.riskReasons).toContain(`the price rises by ${jump.changePct.toFixed(1)} %`);
    const thin = decide({ unitCost: 100, elasticity: elastic(-1.1) }, { maxStep: 0.3, weeklyCap: 0.5 });
    expect(thin.risk).toBe("HIGH");
    // 5.4 % up raises the margin by 2.5 points: of the two only the price is a reason
    const rise = decide({ minPrice: 2097 }, { charmEndings: false });
    expect(rise.riskReasons).toEqual(["the price rises by 5.4 %", "a guardrail had to give way"]);
    // a small step on an elasticity of the category's is no risk of its own
    const prior = { ...elastic(-1.3, 0.01), identified: false };
    const cautious = decide({ elasticity: prior }, { charmEndings: false });
    expect(cautious).toMatchObject({ risk: "LOW", riskReasons: [] });
    expect(cautious.to).toBeGreaterThan(1990);
  });
});
