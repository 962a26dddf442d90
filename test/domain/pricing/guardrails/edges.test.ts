import { describe, expect, it } from "vitest";
import { TOO_LARGE_MINOR } from "../../../../domain/base/money.ts";
import type {
  GuardrailContext,
  GuardrailName,
  Limit,
} from "../../../../domain/pricing/guardrails/guardrail.ts";
import { failedPrecondition } from "../../../../domain/pricing/guardrails/preconditions.ts";
import { GUARDRAILS } from "../../../../domain/pricing/guardrails/table.ts";
import type { PricingInputs, PricingPolicy } from "../../../../domain/pricing/inputs.ts";
import type { Evaluation } from "../../../../domain/pricing/optimisation/evaluation.ts";
import { unitEconomics } from "../../../../domain/pricing/unit-economics.ts";
import { HOUR, inputsOf, marketAt, NOW, policyOf } from "../decision/fixture.ts";

const reasonOf = (inputs: Partial<PricingInputs>, policy: Partial<PricingPolicy> = {}) =>
  failedPrecondition(inputsOf(inputs), policyOf(policy))?.reason ?? null;

/** A guardrail's limit on a product of 19.90 that is decided by expected gain and follows the market. */
function limitOf(
  name: GuardrailName,
  inputs: Partial<PricingInputs>,
  changes: Partial<GuardrailContext> = {},
): Limit | null {
  const all = inputsOf(inputs);
  return GUARDRAILS.find((guardrail) => guardrail.name === name)!.limit({
    ...{ inputs: all, policy: policyOf(), economics: unitEconomics({ ...all, unitCost: 1000 }) },
    ...{ marginFloor: 1053, inputQuality: 1, followsMarket: true, weighsGain: true, target: null },
    ...changes,
  });
}

describe("an input at the end of what is usable", () => {
  const { elasticity } = inputsOf();
  const demand = { perDay: 3, logVar: 0, phi: 1 };
  it.each<[string, Partial<PricingInputs>, string | null]>([
    ["the largest price", { price: TOO_LARGE_MINOR - 1 }, null],
    ["a larger price", { price: TOO_LARGE_MINOR }, "bad_input"],
    ["a tax of nothing", { taxRate: 0 }, null],
    ["a tax below nothing", { taxRate: -0.01 }, "bad_input"],
    ["a fee of the whole price", { feeRate: 1 }, "bad_input"],
    ["an elasticity known exactly", { elasticity: { ...elasticity, sd: 0 } }, null],
    ["an elasticity of a negative deviation", { elasticity: { ...elasticity, sd: -0.1 } }, "bad_input"],
    ["a level of demand known exactly", { demand }, null],
    ["a level of demand of a negative variance", { demand: { ...demand, logVar: -0.1 } }, "bad_input"],
    ["no demand at all", { demand: { ...demand, perDay: 0 } }, null],
    ["demand exactly as old as allowed", { demandAgeDays: 7 }, null],
    ["older demand", { demandAgeDays: 7.001 }, "stale_demand"],
    ["a newest offer exactly at its limit", { newestOffer: { hours: 240, limitHours: 240 } }, null],
    ["an older offer", { newestOffer: { hours: 240.001, limitHours: 240 } }, "stale_offers"],
  ])("%s", (_, inputs, reason) => {
    expect(reasonOf(inputs)).toBe(reason);
  });
});

describe("a guardrail at its own edge", () => {
  const isFixed = (limit: Limit | null) => limit !== null && limit.lo === limit.hi;

  it("ends the cool-down exactly after its hours", () => {
    const changedAfter = (ms: number) => limitOf("cool_down", { lastChangeAt: NOW - 24 * HOUR + ms });
    expect(isFixed(changedAfter(1))).toBe(true);
    expect(isFixed(changedAfter(0))).toBe(false);
  });

  it("keeps the launch price up to its last full day, and says on the first that it is on sale", () => {
    expect(isFixed(limitOf("launch", { daysSinceLaunch: 6 }))).toBe(true);
    expect(limitOf("launch", { daysSinceLaunch: 7 })).toBeNull();
    expect(limitOf("launch", { daysSinceLaunch: 0 })!.why).toContain("on sale for 0 days");
    expect(limitOf("launch", { daysSinceLaunch: -1 })!.why).toContain("not on sale yet");
  });

  it("is no self-undercutting at the price of the cheapest competitor", () => {
    expect(limitOf("self_undercut", { market: marketAt(1990) })).toBeNull();
    expect(limitOf("self_undercut", { market: marketAt(1991) })).toMatchObject({ lo: 1990 });
  });

  it("recovers upwards unless the price is already one unit below the cheapest", () => {
    expect(limitOf("upward_recovery", { market: marketAt(1991) })).toBeNull();
    expect(limitOf("upward_recovery", { market: marketAt(1992) })).toMatchObject({ lo: 1990, hi: 1991 });
  });

  it("uses offers exactly as certain as the band asks for", () => {
    const policy = policyOf({ competitorBand: { lo: 0.9, hi: 1.1, minConfidence: 0.7 } });
    const at = (confidence: number) =>
      limitOf("competitor_band", { market: marketAt(2000, { confidence }) }, { policy });
    expect(at(0.7)).toMatchObject({ lo: 1800, hi: 2200 });
    expect(at(0.699)).toBeNull();
  });

  it("trusts inputs of exactly the least quality", () => {
    expect(isFixed(limitOf("low_confidence", {}, { inputQuality: 0.3 }))).toBe(false);
    expect(isFixed(limitOf("low_confidence", {}, { inputQuality: 0.299 }))).toBe(true);
  });

  it("keeps a price for clearance only where stock would be left", () => {
    const clearance = { daysLeft: 10, salvage: 0 };
    const demand = { perDay: 3, logVar: 0, phi: 1 };
    expect(limitOf("clearance", { clearance, demand, stock: 30 })).toBeNull();
    expect(limitOf("clearance", { clearance, demand, stock: 31 })).toMatchObject({ hi: 1990 });
  });

  it.each<[GuardrailName, string, number, number]>([
    ["low_probability", "pGain", 0.6, 0.599],
    ["regret_cap", "adverse", -0.035, -0.036],
    ["min_gain", "objective", 100_500, 100_499],
  ])("%s allows exactly its %s", (name, column, enough, less) => {
    const values = Float64Array.of(column === "objective" ? 100_000 : 0, enough, less);
    const price = [1990, 2050, 2050];
    const evaluation = { current: 0, price, [column]: values } as unknown as Evaluation;
    const { allows } = limitOf(name, {})!;
    expect(allows!(evaluation, 1)).toBe(true);
    expect(allows!(evaluation, 2)).toBe(false);
  });

  it("low_probability lets a price go back to the shop's own at an even chance, and not beyond it", () => {
    const price = [1990, 1890, 1790, 1780];
    const evaluation = { current: 0, price, pGain: [0.5, 0.51, 0.5, 0.51] } as unknown as Evaluation;
    const { allows } = limitOf("low_probability", { basePrice: 1790 })!;
    expect([1, 2, 3].map((i) => allows!(evaluation, i))).toEqual([true, true, false]);
    expect(allows!({ ...evaluation, pGain: Float64Array.of(0.5, 0.49, 0, 0) }, 1)).toBe(false);
  });

  it("min_gain allows exactly the least money where the share is less", () => {
    const evaluation = { current: 0, objective: Float64Array.of(100, 200, 199) } as unknown as Evaluation;
    const { allows } = limitOf("min_gain", {})!;
    expect([allows!(evaluation, 1), allows!(evaluation, 2)]).toEqual([true, false]);
  });

  it("min_change goes nowhere beyond a price that is wanted to make the change large enough", () => {
    const policy = policyOf({ minChange: 0.02 });
    expect(limitOf("min_change", {}, { policy, target: 2010 })).toMatchObject({ lo: 1990, hi: 1990 });
    expect(limitOf("min_change", {}, { policy, target: 2100 })!.hi).toBeGreaterThan(2100);
  });

  it("upward_recovery goes as far as a strategy names a price", () => {
    const policy = policyOf({ strategy: "rule_based_literal" });
    const market = marketAt(2100);
    expect(limitOf("upward_recovery", { market }, { policy, target: 2150 })).toMatchObject({ hi: 2150 });
    expect(limitOf("upward_recovery", { market }, { policy, target: 2050 })).toMatchObject({ hi: 2099 });
  });

  it("min_change allows exactly the least change, both ways", () => {
    const policy = policyOf({ minChange: 0.01 });
    const evaluation = {
      price: Float64Array.of(1970, 1971, 1990, 2009, 2010),
    } as unknown as Evaluation;
    const { allows } = limitOf("min_change", {}, { policy })!;
    expect([0, 1, 3, 4].map((i) => allows!(evaluation, i))).toEqual([true, false, false, true]);
    expect(limitOf("min_change", {})).toBeNull();
  });

  it("unidentified_step is twice as long once the price has moved by one", () => {
    const elasticity = { mean: -2.4, sd: 0.6, identified: false, label: "uncertain" } as const;
    const policy = policyOf({ maxStep: 0.2, cautiousStep: 0.05 });
    const limit = (lo: number, hi: number, under = policy) =>
      limitOf("unidentified_step", { price: 2000, elasticity, triedPrices: { lo, hi } }, { policy: under });
    expect(limit(2000, 2099)).toMatchObject({ lo: 1905, hi: 2100 });
    expect(limit(2000, 2099)!.why).toContain("has hardly moved");
    expect(limit(2000, 2100)).toMatchObject({ lo: 1819, hi: 2200 });
    expect(limitOf("unidentified_step", { price: 2000, elasticity }, { policy })).toMatchObject({ hi: 2100 });
    // no longer than any other step
    expect(limit(2000, 2100, policyOf({ maxStep: 0.1, cautiousStep: 0.05 }))).toBeNull();
  });

  it("tried_range reaches one step beyond the prices that were tried, ten per cent at most", () => {
    const triedPrices = { lo: 1760, hi: 2000 };
    expect(limitOf("tried_range", { triedPrices })).toMatchObject({ lo: 1600, hi: 2200 });
    const wide = policyOf({ maxStep: 1 });
    expect(limitOf("tried_range", { triedPrices }, { policy: wide })).toMatchObject({ lo: 1600, hi: 2200 });
    const narrow = policyOf({ maxStep: 0.05 });
    expect(limitOf("tried_range", { triedPrices }, { policy: narrow })).toMatchObject({ hi: 2100 });
    expect(limitOf("tried_range", { triedPrices }, { weighsGain: false })).toBeNull();
    expect(limitOf("tried_range", {})).toBeNull();
  });

  it("markup_floor is the cost and its share, and does not hold for a clearance", () => {
    const policy = policyOf({ markupMin: 0.05 });
    expect(limitOf("markup_floor", {}, { policy })).toMatchObject({ lo: 1050 });
    const clearance = { daysLeft: 5, salvage: 100 };
    expect(limitOf("markup_floor", { clearance }, { policy })).toBeNull();
    expect(limitOf("markup_floor", {})).toBeNull();
  });
});
