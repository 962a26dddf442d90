import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BOOSTED } from "../../../../domain/pricing/challenger/config.ts";
import { CHALLENGER_FEATURES } from "../../../../domain/pricing/challenger/features.ts";
import { fitChallenger } from "../../../../domain/pricing/challenger/fit.ts";
import {
  blendResponses,
  challengerFact,
  challengerView,
  mlChallenger,
} from "../../../../domain/pricing/challenger/ml-challenger.ts";
import { dayContext, joinRows, skuRows } from "../../../../domain/pricing/challenger/panel.ts";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import type { ChallengerOpinion, PricingInputs } from "../../../../domain/pricing/inputs.ts";
import { STRATEGIES } from "../../../../domain/pricing/strategies/registry.ts";
import { elastic, inputsOf, policyOf } from "../decision/fixture.ts";
import { knownRows, shopSku } from "./challenger-world.ts";

const OPINION: ChallengerOpinion = {
  kind: "fitted",
  slope: -3,
  variance: 0.04,
  deviance: { filter: 1.2, challenger: 1.2 },
};

function plan(changes: Partial<PricingInputs>) {
  return mlChallenger.plan(inputsOf(changes), policyOf());
}

describe("blended response", () => {
  it("lies half way between two that are equally sure", () => {
    const blend = blendResponses({ mean: -2, sd: 0.2 }, OPINION);
    expect(blend.mean).toBeCloseTo(-2.5, 12);
    expect(blend.weight).toBeCloseTo(0.5, 12);
    expect(blend.sd).toBeCloseTo(0.2, 12);
  });

  it("is the filter's where the challenger knows nothing, the challenger's where the filter does not", () => {
    expect(blendResponses({ mean: -2, sd: 0.2 }, { ...OPINION, variance: 1e9 }).mean).toBeCloseTo(-2, 6);
    expect(blendResponses({ mean: -2, sd: 1e6 }, OPINION).mean).toBeCloseTo(-3, 6);
  });

  it("takes weight from the model with the larger held-out deviance", () => {
    const worse = blendResponses(
      { mean: -2, sd: 0.2 },
      { ...OPINION, deviance: { filter: 1, challenger: 2 } },
    );
    expect(worse.weight).toBeCloseTo(1 / 3, 12);
    const better = blendResponses(
      { mean: -2, sd: 0.2 },
      { ...OPINION, deviance: { filter: 2, challenger: 1 } },
    );
    expect(better.weight).toBeCloseTo(2 / 3, 12);
  });

  it("lies between the two and is never NaN", () => {
    const amount = fc.double({ min: 0, max: 100, noNaN: true });
    const slope = fc.double({ min: -20, max: 0, noNaN: true });
    fc.assert(
      fc.property(
        slope,
        amount,
        slope,
        amount,
        amount,
        amount,
        (mean, sd, own, variance, filter, challenger) => {
          const opinion = { kind: "fitted", slope: own, variance, deviance: { filter, challenger } } as const;
          const blend = blendResponses({ mean, sd }, opinion);
          expect(blend.mean).toBeGreaterThanOrEqual(Math.min(mean, own) - 1e-9);
          expect(blend.mean).toBeLessThanOrEqual(Math.max(mean, own) + 1e-9);
          expect(Number.isFinite(blend.sd)).toBe(true);
        },
      ),
    );
  });
});

describe("the ML challenger as a strategy", () => {
  it("is registered under its name", () => {
    expect(STRATEGIES.ml_challenger).toBe(mlChallenger);
    expect(mlChallenger.name).toBe("ml_challenger");
  });

  it("maximises under the blended elasticity and names its parts", () => {
    const elasticity = { mean: -2, sd: 0.2, identified: true, label: "moderate" } as const;
    expect(plan({ elasticity, challenger: OPINION })).toEqual({
      kind: "maximise",
      response: { mean: expect.closeTo(-2.5, 12), sd: expect.closeTo(0.2, 12) },
      why: "filter −2.00, challenger −3.00 at a weight of 50 %",
    });
  });

  it("decides by the optimum of the blended elasticity, with the reason in the sentence", () => {
    // cost 10.00 and elasticity -2.5: 10.00 · 2.5 / 1.5 = 16.67; with -2 alone it is 20.00
    const elasticity = { mean: -2, sd: 0.2, identified: true, label: "moderate" } as const;
    const inputs = { elasticity, price: 1790, challenger: OPINION };
    const policy = { strategy: "ml_challenger", maxStep: 0.5, weeklyCap: 0.5, charmEndings: false } as const;
    const decision = decidePrice(inputsOf(inputs), policyOf(policy));
    expect(decision).toMatchObject({ verdict: "propose", strategy: "ml_challenger", to: 1667 });
    expect(decision.sentence).toContain(
      "Elasticity −2.50 ± 0.20 (filter −2.00, challenger −3.00 at a weight of 50 %).",
    );
    const { pGain, delta } = decision;
    expect(delta!.interval80[0]).toBeLessThan(delta!.profit);
    expect(pGain).toBeGreaterThan(0.5);
  });

  it("leaves the decision to the elasticity optimizer, and names it, where there is no model", () => {
    const inputs = inputsOf({ elasticity: elastic(-4) });
    const asIs = decidePrice(inputs, policyOf());
    const decision = decidePrice(inputs, policyOf({ strategy: "ml_challenger" }));
    expect(decision).toEqual({ ...asIs, sentence: decision.sentence });
    expect(decision.sentence).toContain("(as the elasticity optimizer: no challenger model was fitted)");
  });

  it.each([
    ["no model at all", {}, "no challenger model was fitted"],
    ["null", { challenger: null }, "no challenger model was fitted"],
    ["a stated reason", { challenger: { kind: "none", why: "too few days" } as const }, "too few days"],
    [
      "stock that has to go",
      { challenger: OPINION, clearance: { daysLeft: 5, salvage: 100 } },
      "stock that has to go is not left to the challenger",
    ],
  ])("decides as the elasticity optimizer and says why: %s", (_, changes, why) => {
    expect(plan(changes)).toEqual({
      kind: "maximise",
      why: `as the elasticity optimizer: ${why}`,
      decidedBy: "elasticity_optimizer",
    });
  });

  it.each([
    ["missing_demand", { demand: null }],
    ["missing_demand", { demandAgeDays: null }],
    ["stale_demand", { demandAgeDays: 30 }],
  ] as const)("is kept from deciding without fresh demand: %s %j", (reason, changes) => {
    const inputs = inputsOf({ challenger: OPINION, ...changes });
    expect(decidePrice(inputs, policyOf({ strategy: "ml_challenger" }))).toMatchObject({
      verdict: "blocked",
      reason,
    });
  });

  it("is shown with the decision", () => {
    expect(challengerFact(OPINION, 5)).toEqual({ name: "challenger's elasticity", value: -3, at: 5 });
    expect(challengerFact(undefined, null).value).toBe(
      "no challenger model was fitted: elasticity optimizer",
    );
  });
});

describe("challenger panel", () => {
  it("uses days from the fifth week on, with earlier days as lags", () => {
    const sku = shopSku(1, 0, 40, -2);
    const rows = skuRows(sku, { stock: () => 10 });
    expect(rows.units.length).toBe(12);
    const [first] = [rows.features.slice(0, CHALLENGER_FEATURES.length)];
    const mean = (from: number) =>
      sku.days.slice(from, 28).reduce((sum, { units }) => sum + units, 0) / (28 - from);
    expect(first[5]).toBeCloseTo(Math.log1p(mean(21)), 12);
    expect(first[6]).toBeCloseTo(Math.log1p(mean(0)), 12);
    expect(first[8]).toBeCloseTo(Math.log1p(10 / mean(0)), 12);
    expect(first[9]).toBeCloseTo(Math.log1p(28), 12);
    expect(rows.features.every(Number.isFinite)).toBe(true);
  });

  it("knows nothing of a day's own sales, nor of later ones", () => {
    const sku = shopSku(1, 0, 60, -2);
    const before = skuRows(sku);
    const changed = { ...sku, days: sku.days.map((day, t) => (t >= 50 ? { ...day, units: 500 } : day)) };
    const after = skuRows(changed);
    const until = 50 - 28 + 1;
    expect(after.offset.slice(0, until)).toEqual(before.offset.slice(0, until));
    const cells = until * CHALLENGER_FEATURES.length;
    expect(after.features.slice(0, cells)).toEqual(before.features.slice(0, cells));
    expect(after.offset[until]).not.toBe(before.offset[until]);
  });

  it("skips days that were not on sale, sold out or unusable", () => {
    const sku = shopSku(1, 0, 40, -2);
    const days = sku.days.map((day, t) => {
      if (t === 30) return { ...day, exposure: 0, units: 0 };
      if (t === 31) return { ...day, censored: true as const };
      return t === 32 ? { ...day, units: Number.NaN } : day;
    });
    expect(skuRows({ ...sku, days }).units.length).toBe(9);
  });

  it("carries a shop's days to a response on a product", () => {
    const skus = Array.from({ length: 24 }, (_, i) => shopSku(9, i, 120, -1.5, -1.2));
    const fit = fitChallenger(joinRows(skus.map((sku) => skuRows(sku))), {
      ...BOOSTED,
      trees: 60,
      rate: 0.15,
      rowsMin: 200,
    });
    if (fit.kind !== "fitted") throw new Error(fit.why);
    const { days } = skus[0]!;
    const context = dayContext(days, days.length, 20_120, { promo: false, stock: null });
    const view = challengerView(fit, { price: 2000, reference: 2000, rivals: [2050] }, context);
    expect(view).toMatchObject({ kind: "fitted", variance: expect.any(Number) });
    if (view.kind === "fitted") expect(view.slope).toBeLessThan(-4);
  });

  it("gives no view where the price explains nothing, or never moved", () => {
    const noise = fitChallenger(knownRows(4, { skus: 12, days: 60, slope: 0, competitor: 0 }), {
      ...BOOSTED,
      depth: 8,
      rate: 1,
      rowsMin: 200,
    });
    if (noise.kind !== "fitted") throw new Error(noise.why);
    const point = { price: 1000, reference: 1000, rivals: [] };
    const context = { weekday: 1, lag7: 1, lag28: 1, promo: false, stock: null, age: 1 };
    expect(challengerView(noise, point, context)).toMatchObject({
      kind: "none",
      why: expect.stringContaining("no better"),
    });
    const still = structuredClone(noise);
    still.heldOut.challenger.deviance = 0;
    still.heldOut.challenger.slopeVariance = null;
    expect(challengerView(still, point, context)).toMatchObject({
      why: expect.stringContaining("never moved"),
    });
  });
});
