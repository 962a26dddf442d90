import { describe, expect, it } from "vitest";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import type { PricingDecision } from "../../../../domain/pricing/decision/decision.ts";
import type { PricingInputs, PricingPolicy } from "../../../../domain/pricing/inputs.ts";
import { elastic, HOUR, inputsOf, marketAt, NOW, policyOf } from "./fixture.ts";

interface EdgeCase {
  name: string;
  inputs: Partial<PricingInputs>;
  policy?: Partial<PricingPolicy>;
  expected: Partial<PricingDecision>;
}

const TIGHT_BAND = { competitorBand: { lo: 0.95, hi: 1, minConfidence: 0.7 } };

const CASES: EdgeCase[] = [
  {
    name: "no sales for two months: the gain is not worth a change in money",
    inputs: { elasticity: elastic(-4), demand: { perDay: 0.003, logVar: 0.5, phi: 1 } },
    expected: { verdict: "hold", reason: "min_gain" },
  },
  {
    name: "no demand expected at all",
    inputs: { demand: { perDay: 0, logVar: 0.5, phi: 1 } },
    expected: { verdict: "hold" },
  },
  {
    name: "out of stock: no move while there is nothing to sell",
    inputs: { stock: 0, elasticity: elastic(-4) },
    expected: { verdict: "hold", reason: "out_of_stock" },
  },
  {
    name: "no price variation: only small steps",
    inputs: { elasticity: { mean: -4, sd: 0.1, identified: false, label: "uncertain" } },
    expected: { verdict: "propose", to: 1899, risk: "MEDIUM", autoApprovable: false },
  },
  {
    name: "no price variation and a wide prior: not likely enough to gain",
    inputs: { elasticity: { mean: -2.1, sd: 0.8, identified: false, label: "uncertain" } },
    expected: { verdict: "hold", to: 1990 },
  },
  ...(
    [
      // cost 10.00 at 18.90: a slope of −2.5 ± 0.5 makes the step to 18.00 a gain with probability .77
      ["identified", true, {}, { verdict: "propose" }],
      ["not identified", false, {}, { verdict: "propose" }],
      [
        "not identified, with the bar raised",
        false,
        { minProbabilityUnidentified: 0.8 },
        { verdict: "hold", reason: "low_probability" },
      ],
      [
        "not identified, with the usual bar above that for what is not identified",
        false,
        { minProbability: 0.9, minProbabilityUnidentified: 0.5 },
        { verdict: "hold", reason: "low_probability" },
      ],
    ] as const
  ).map(([name, identified, policy, expected]) => ({
    name: `a probable gain of an elasticity that is ${name}`,
    inputs: { price: 1890, elasticity: { mean: -2.5, sd: 0.5, identified, label: "uncertain" as const } },
    policy: { regretCap: 1, charmEndings: false, ...policy },
    expected,
  })),
  {
    name: "not identified, but a market strategy does not go by the elasticity",
    inputs: {
      elasticity: { mean: -2.4, sd: 1.1, identified: false, label: "uncertain" },
      market: marketAt(1900),
    },
    policy: { strategy: "competitor_follow", charmEndings: false },
    expected: { verdict: "propose", to: 1881 },
  },
  {
    name: "not identified, but the price is below the margin floor",
    inputs: {
      elasticity: { mean: -2.4, sd: 1.1, identified: false, label: "uncertain" },
      unitCost: 1950,
    },
    expected: { verdict: "propose", reason: "limit_violated" },
  },
  {
    name: "one competitor, not trusted: no band",
    inputs: { market: marketAt(1900, { confidence: 0.6 }) },
    policy: TIGHT_BAND,
    expected: { verdict: "hold" },
  },
  {
    name: "one competitor, trusted: the band holds",
    inputs: { market: marketAt(1900, { confidence: 0.8 }) },
    policy: TIGHT_BAND,
    expected: { verdict: "propose", to: 1899, reason: "limit_violated" },
  },
  {
    name: "no competitor: no band",
    inputs: { elasticity: elastic(-4) },
    policy: TIGHT_BAND,
    expected: { verdict: "propose", to: 1849 },
  },
  {
    name: "known competitors, all offers old",
    inputs: { newestOffer: { hours: 241, limitHours: 240 } },
    expected: { verdict: "blocked", reason: "stale_offers" },
  },
  {
    name: "missing cost, none to be had from the category",
    inputs: { unitCost: null },
    expected: { verdict: "hold", reason: "missing_cost" },
  },
  {
    name: "the category's cost: within 5 %, above the 30-day low, never without a person",
    inputs: { costImputed: true, lowest30Days: 1930, elasticity: elastic(-4) },
    expected: { verdict: "propose", to: 1949, autoApprovable: false },
  },
  {
    name: "cost risen above the price by more than a step: the largest step up, though it still loses money",
    inputs: { unitCost: 2500 },
    expected: {
      verdict: "propose",
      reason: "floor_step_conflict",
      to: 2189,
      risk: "HIGH",
      riskReasons: expect.arrayContaining(["every unit sold at the new price loses money"]),
      autoApprovable: false,
    },
  },
  {
    name: "a highest price more than a step below the cost: no step down into a loss",
    inputs: { unitCost: 1850, maxPrice: 1700, clearance: { daysLeft: 5, salvage: 100 }, stock: 50 },
    expected: { verdict: "blocked", reason: "cap_step_conflict", to: 1990 },
  },
  {
    name: "cost risen so far that the floor is beyond the step: one step towards it, with approval",
    inputs: { unitCost: 2120 },
    expected: {
      verdict: "propose",
      reason: "floor_step_conflict",
      to: 2189,
      risk: "HIGH",
      autoApprovable: false,
    },
  },
  {
    name: "a new product has no history",
    inputs: { demand: null, demandAgeDays: null },
    expected: { verdict: "blocked", reason: "missing_demand" },
  },
  {
    name: "demand that stopped coming in",
    inputs: { demandAgeDays: 8 },
    expected: { verdict: "blocked", reason: "stale_demand" },
  },
  ...(
    [
      { price: Number.NaN },
      { price: 0 },
      { price: -5 },
      { price: 19.9 },
      { price: 1e15 },
      { unitCost: -1 },
      { unitCost: Number.POSITIVE_INFINITY },
      { minPrice: 0 },
      { taxRate: -0.1 },
      { feeRate: 1 },
      { stock: -1 },
      { stock: 2.5 },
      { elasticity: elastic(Number.NaN) },
      { elasticity: elastic(-2, -1) },
      { demand: { perDay: Number.NaN, logVar: 0, phi: 1 } },
      { demand: { perDay: -1, logVar: 0, phi: 1 } },
      { demand: { perDay: 1, logVar: 0, phi: 0 } },
      { market: marketAt(-1) },
      { market: marketAt(1900, { mean: Number.NaN }) },
      { clearance: { daysLeft: 0, salvage: 0 } },
    ] satisfies Partial<PricingInputs>[]
  ).map((inputs) => ({
    name: `unusable number: ${Object.keys(inputs)} ${JSON.stringify(inputs)}`,
    inputs,
    expected: { verdict: "blocked", reason: "bad_input" } as const,
  })),
  {
    name: "a positive elasticity is used truncated: the decision stays finite",
    inputs: { elasticity: elastic(0.5) },
    expected: { verdict: "propose", to: 2149 },
  },
  {
    name: "frozen: whatever the inputs",
    inputs: { price: Number.NaN },
    policy: { strategy: "freeze" },
    expected: { verdict: "hold", reason: "frozen" },
  },
  {
    name: "clearance: stock that will not sell out in time is not made dearer",
    inputs: { elasticity: elastic(-1.2), stock: 500, clearance: { daysLeft: 10, salvage: 900 } },
    expected: { verdict: "hold", reason: "clearance" },
  },
  {
    name: "clearance: below cost where a unit left over is worth less",
    inputs: { price: 1049, elasticity: elastic(-3), stock: 500, clearance: { daysLeft: 10, salvage: 300 } },
    expected: { verdict: "propose", to: 955 },
  },
  {
    name: "changed an hour ago",
    inputs: { lastChangeAt: NOW - HOUR, elasticity: elastic(-4) },
    expected: { verdict: "hold", reason: "cool_down" },
  },
];

describe("edge cases", () => {
  it.each(CASES)("$name", ({ inputs, policy, expected }) => {
    const decision = decidePrice(inputsOf(inputs), policyOf(policy));
    expect(decision).toMatchObject(expected);
    expect(decision.sentence).toMatch(/^[A-Z].*\.$/s);
    if (decision.verdict !== "propose") expect(Object.is(decision.to, decision.from)).toBe(true);
  });
});
