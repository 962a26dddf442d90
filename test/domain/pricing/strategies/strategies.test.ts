import { describe, expect, it } from "vitest";
import type { ActivityView } from "../../../../domain/learning/features/activity.ts";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import type { PricingInputs } from "../../../../domain/pricing/inputs.ts";
import { STRATEGIES } from "../../../../domain/pricing/strategies/registry.ts";
import { STRATEGY_NAMES, type StrategyName } from "../../../../domain/settings/strategies.ts";
import { elastic, inputsOf, marketAt, policyOf } from "../decision/fixture.ts";

const QUIET: ActivityView = {
  purchasesLastHour: 0,
  conversionRate: null,
  fastVelocity: 3,
  slowVelocity: 3,
  demandPoints: 0,
  decayedPoints: 0,
  usualPoints: 0,
};

function plan(
  name: StrategyName,
  inputs: Partial<PricingInputs>,
  activity: Partial<ActivityView> = {},
  policy = {},
) {
  const view = inputsOf({ ...inputs, activity: { ...QUIET, ...activity } });
  return STRATEGIES[name].plan(view, policyOf({ strategy: name, ...policy }));
}

describe("strategies", () => {
  it("are registered under their own names", () => {
    for (const name of STRATEGY_NAMES) expect(STRATEGIES[name].name).toBe(name);
  });

  it.each([
    ["dearer than 10 %, slow: down at most 10 %", 1200, {}, 1080],
    ["dearer, close to the mean: down to the mean", 1120, {}, 1008],
    ["dearer, selling fast: hold", 1200, { fastVelocity: 4 }, null],
    ["cheaper than 10 %: up at most 10 %", 800, {}, 880],
    ["cheaper, near: up to 95 % of the mean", 890, {}, 950],
    ["cheaper, selling slowly: hold", 800, { fastVelocity: 2 }, null],
    ["in between, selling fast: up 2 %", 1000, { fastVelocity: 4 }, 1020],
    ["in between: hold", 1000, {}, null],
  ])("rule based, %s", (_, price, activity, target) => {
    const result = plan("rule_based", { price, market: marketAt(1000) }, activity);
    if (target === null) expect(result.kind).toBe("hold");
    else
      expect(result).toMatchObject({
        kind: "target",
        price: expect.closeTo(Math.max(target, price === 1120 ? 1008 : 0), 6),
      });
  });

  it.each([
    [1200, 0, 990, 1],
    [1150, 1, 990, 0.75],
    [1200, 2, null, 0.5],
    [850, 5, 990, 0.75],
    [850, 4, null, 0.5],
    [1000, 9, null, 1],
    [1080, 0, null, 0.6],
  ])("rule based, plain form: ours %i, %i purchases", (price, purchasesLastHour, target, confidence) => {
    const result = plan("rule_based_literal", { price, market: marketAt(1000) }, { purchasesLastHour });
    const expected = target === null ? { kind: "hold" } : { kind: "target", price: target };
    expect(result).toMatchObject({ ...expected, confidence: expect.closeTo(confidence, 9) });
  });

  it.each([
    [0.06, null, 1050],
    [0.01, null, 950],
    [0.03, 5, 1020],
    [0.06, 200, 1029],
    [null, null, 1000],
  ])("conversion rules: conversion %s, stock %s", (conversionRate, stock, target) => {
    const result = plan(
      "conversion_rules",
      { price: 990, stock, market: marketAt(1000) },
      { conversionRate },
    );
    expect(result).toMatchObject({ kind: "target", price: expect.closeTo(target, 6) });
  });

  it.each([
    [100, 1930.3],
    [12, 2049.7],
    [45, null],
    [null, null],
  ])("stock rules: %s units at three a day", (stock, target) => {
    const result = plan("stock_rules", { stock });
    if (target === null) expect(result.kind).toBe("hold");
    else expect(result).toMatchObject({ kind: "target", price: expect.closeTo(target, 6) });
  });

  it("demand weighted, plain form: base + √points · 5 units of the currency", () => {
    expect(plan("demand_weighted_literal", { basePrice: 2000 }, { demandPoints: 9 })).toMatchObject({
      price: 3500,
    });
    const yen = plan("demand_weighted_literal", { basePrice: 2000, currency: "JPY" }, { demandPoints: 9 });
    expect(yen).toMatchObject({ price: 2015 });
  });

  it.each([
    [100, 2000],
    [144, 2040],
    [900, 2200],
    [0, 1800],
  ])("demand weighted, safe form: %i points against 100", (decayedPoints, target) => {
    const result = plan("demand_weighted", { basePrice: 2000 }, { decayedPoints, usualPoints: 100 });
    expect(result).toMatchObject({ kind: "target", price: expect.closeTo(target, 6) });
  });

  it("competitor follow: a share below the cheapest, or below its forecast where that is trusted", () => {
    expect(plan("competitor_follow", { market: marketAt(2000) })).toMatchObject({ price: 1980 });
    const market = marketAt(2000, { expectedCheapest: 1900 });
    expect(plan("competitor_follow", { market })).toMatchObject({ price: 1881 });
    expect(plan("competitor_follow", {}).kind).toBe("hold");
  });

  it("cost plus: a markup on cost, displayed with tax", () => {
    const taxed = { unitCost: 1000, pricesIncludeTax: true, taxRate: 0.19 };
    expect(plan("cost_plus", taxed, {}, { markup: 0.4 })).toMatchObject({ kind: "target", price: 1666 });
  });
});

describe("strategies under the guardrails", () => {
  it("take the allowed price nearest to the target, whatever it is expected to gain", () => {
    const decision = decidePrice(
      inputsOf({ market: marketAt(1700) }),
      policyOf({ strategy: "competitor_follow", charmEndings: false }),
    );
    expect(decision).toMatchObject({
      verdict: "propose",
      reason: "strategy_target",
      to: 1810,
      unlimited: 1683,
    });
    expect(decision.binding).toContain("max_step");
  });

  it("do not undercut ourselves, and go back up to just under the second lowest", () => {
    const policy = policyOf({ strategy: "competitor_follow", undercut: 0.08, charmEndings: false });
    const cheapest = decidePrice(inputsOf({ market: marketAt(2000) }), policy);
    expect(cheapest).toMatchObject({ verdict: "hold", reason: "self_undercut", to: 1990 });
    const market = marketAt(2100, { expectedCheapest: 2150 });
    const risen = decidePrice(inputsOf({ market }), policyOf({ ...policy, undercut: 0 }));
    expect(risen.to).toBe(2100);
    expect(risen.binding).toContain("upward_recovery");
  });

  // four offers one after the other, each decision starting from the price that the one before it set
  it.each([
    ["equal to the cheapest", 0, [3500, 4000, 3000, 3000]],
    ["1 % below the cheapest", 0.01, [3465, 3960, 3000, 3000]],
    ["5 % above the cheapest", -0.05, [3675, 4200, 3150, 3000]],
  ])("reach %s from above and from below", (_, undercut, prices) => {
    const free = { maxStep: 1, weeklyCap: 1, coolDownHours: 0, charmEndings: false };
    const policy = policyOf({ ...free, strategy: "competitor_follow", undercut });
    let price = 4500;
    const served = [3500, 4000, 3000, 2500].map((cheapest) => {
      const inputs = { price, unitCost: 2000, minPrice: 3000, maxPrice: 5000, market: marketAt(cheapest) };
      price = decidePrice(inputsOf(inputs), policy).to;
      return price;
    });
    expect(served).toEqual(prices);
  });

  const LEARNED = { elasticity: elastic(-4), basePrice: 2500 };
  const UNLEARNED = {
    elasticity: { mean: 0, sd: 1, identified: false, unknown: true, label: "uncertain" as const },
    demand: null,
    demandAgeDays: null,
    basePrice: 2500,
  };
  it.each([
    ["to the optimizer", LEARNED, {}, { strategy: "elasticity_optimizer", to: 1849 }],
    [
      "back towards the catalogue's price while no elasticity is known",
      UNLEARNED,
      {},
      { strategy: "competitor_follow", reason: "strategy_target", to: 2149 },
    ],
    [
      "back towards the catalogue's price while demand is old",
      { ...LEARNED, demandAgeDays: 30 },
      {},
      { strategy: "competitor_follow", to: 2149 },
    ],
    [
      "to cost plus where the settings say so",
      LEARNED,
      { marketFallback: "cost_plus" },
      { strategy: "cost_plus", to: 1849 },
    ],
    [
      "to nobody where the settings freeze it",
      LEARNED,
      { marketFallback: "freeze" },
      { strategy: "competitor_follow", reason: "strategy_hold", to: 1990 },
    ],
  ] as const)("without any offer hand over %s", (_, inputs, policy, expected) => {
    const decision = decidePrice(inputsOf(inputs), policyOf({ strategy: "competitor_follow", ...policy }));
    expect(decision).toMatchObject(expected);
    if (decision.verdict === "propose")
      expect(decision.sentence).toContain("no competitor has a valid offer");
  });

  it("say that elasticity and demand are not known instead of showing placeholders", () => {
    const { sentence } = decidePrice(inputsOf(UNLEARNED), policyOf({ strategy: "competitor_follow" }));
    expect(sentence).toBe(
      "Raise from 19.90 EUR to 21.49 EUR (+8.0 %): the strategy's price (no competitor has a valid offer and the " +
        "elasticity is not known: back to the price of the catalogue); what it does to profit and units is not " +
        "known, for demand is not. Its elasticity is not known. Limited by the largest step; without it 24.99 EUR.",
    );
  });

  it("never go below the floor, whatever they want", () => {
    for (const strategy of STRATEGY_NAMES) {
      const inputs = inputsOf({
        price: 1100,
        market: marketAt(500),
        stock: 400,
        activity: { ...QUIET, conversionRate: 0.01, decayedPoints: 1, usualPoints: 100 },
      });
      // 10.00 / 0.95
      expect(decidePrice(inputs, policyOf({ strategy })).to).toBeGreaterThanOrEqual(1053);
    }
  });

  it("that keep the price still correct one that breaks a limit", () => {
    const decision = decidePrice(
      inputsOf({ minPrice: 2100, stock: 45 }),
      policyOf({ strategy: "stock_rules", charmEndings: false }),
    );
    expect(decision).toMatchObject({ verdict: "propose", to: 2100 });
  });

  it("work without demand where they do not weigh it", () => {
    const inputs = inputsOf({ demand: null, demandAgeDays: null, market: marketAt(1900) });
    expect(decidePrice(inputs, policyOf({ strategy: "competitor_follow" }))).toMatchObject({
      verdict: "propose",
      to: 1890,
      expected: { units: 0, profit: 0 },
    });
  });
});
