import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decidePrice } from "../../../domain/pricing/decision/decide.ts";
import {
  nearestPayable,
  payableFrom,
  payableUpTo,
  pricePoints,
} from "../../../domain/pricing/price-points.ts";
import { marginFloor, unitEconomics } from "../../../domain/pricing/unit-economics.ts";
import { applyChange, DEFAULT_SETTINGS, SettingsChange } from "../../../domain/settings/settings.ts";
import { inputsOf, policyOf } from "./decision/fixture.ts";

const CODES = ["EUR", "CHF", "SEK", "NOK", "DKK", "HUF", "CZK", "JPY", "KRW", "IDR", "KWD", "CLP"];

describe("price steps", () => {
  it.each([
    ["EUR", 1],
    ["CHF", 5],
    ["SEK", 100],
    ["DKK", 50],
    ["HUF", 100],
    ["JPY", 1],
    ["KWD", 1],
  ])("of %s are %i minor units", (currency, step) => {
    expect(pricePoints(currency, DEFAULT_SETTINGS.pricePoints).step).toBe(step);
    // a settings change that names another currency does not lose the usual step
    expect(pricePoints(currency, { XAF: { step: 5 } }).step).toBe(step);
  });

  it("round inwards at a limit and to the nearest elsewhere", () => {
    const francs = pricePoints("CHF", {});
    expect(payableFrom(1531, francs)).toBe(1535);
    expect(payableFrom(1535, francs)).toBe(1535);
    expect(payableUpTo(1534, francs)).toBe(1530);
    expect(nearestPayable(1532, francs)).toBe(1530);
    expect(nearestPayable(1, francs)).toBe(5);
  });

  it("have only endings that are payable, whatever the step", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CODES), fc.integer({ min: 1, max: 20_000 }), (code, step) => {
        for (const settings of [{}, { [code]: { step } }]) {
          const points = pricePoints(code, settings);
          for (const { period, endings } of points.rows)
            for (const amount of [period, ...endings]) expect(amount % points.step).toBe(0);
        }
      }),
    );
  });

  it("are refused as a setting where an ending is not payable or rows are out of order", () => {
    const row = (below: number | null, period: number, endings: number[]) => ({ below, period, endings });
    const isGood = (endings: unknown, step = 5) =>
      SettingsChange.safeParse({ pricePoints: { CHF: { step, endings } } }).success;
    expect(isGood([row(1000, 10, [5]), row(null, 100, [90, 95])])).toBe(true);
    expect(isGood([row(null, 100, [99])])).toBe(false);
    expect(isGood([row(1000, 10, [5])])).toBe(false);
    expect(isGood([row(null, 100, [90]), row(null, 100, [95])])).toBe(false);
    expect(isGood([row(null, 100, [105])])).toBe(false);
    expect(SettingsChange.safeParse({ pricePoints: { XYZ: { step: 5 } } }).success).toBe(false);
    const changed = applyChange(DEFAULT_SETTINGS, { pricePoints: { SEK: { step: 50 } } });
    expect(pricePoints("SEK", changed.pricePoints).step).toBe(50);
  });
});

describe("a price in a currency with steps", () => {
  const costPlus = (unitCost: number, price: number, charmEndings: boolean) =>
    decidePrice(
      inputsOf({ currency: "CHF", price, unitCost }),
      policyOf({ strategy: "cost_plus", maxStep: 1, weeklyCap: 1, charmEndings }),
    ).to;

  it("is payable by cost plus a markup, with and without endings", () => {
    expect(costPlus(1021, 2000, false)).toBe(1530);
    expect(costPlus(1021, 2000, true)).toBe(1545);
    expect(costPlus(337, 700, false)).toBe(505);
    expect(costPlus(337, 700, true)).toBe(505);
  });

  it("is payable and never below the margin floor, whatever decided it", () => {
    const cases = fc.record({
      currency: fc.constantFrom(...CODES),
      price: fc.integer({ min: 200, max: 4_000_000 }),
      cost: fc.double({ min: 0.3, max: 1.3, noNaN: true }),
      mean: fc.double({ min: -5, max: -1.1, noNaN: true }),
      charmEndings: fc.boolean(),
      strategy: fc.constantFrom("elasticity_optimizer" as const, "cost_plus" as const),
    });
    fc.assert(
      fc.property(cases, ({ currency, price, cost, mean, charmEndings, strategy }) => {
        const unitCost = Math.round(price * cost);
        const elasticity = { mean, sd: 0.1, identified: true, label: "elastic" as const };
        const inputs = inputsOf({ currency, price, unitCost, elasticity });
        const policy = policyOf({ charmEndings, strategy, maxStep: 0.3, weeklyCap: 0.3 });
        const { to, verdict, reason } = decidePrice(inputs, policy);
        if (verdict !== "propose") return;
        expect(to % pricePoints(currency, policy.pricePoints).step).toBe(0);
        if (reason === "floor_step_conflict") return;
        expect(to).toBeGreaterThanOrEqual(marginFloor(unitEconomics({ ...inputs, unitCost }), 0.05)!);
      }),
      { numRuns: 500 },
    );
  });

  it("is blocked where the limits leave no payable price, and kept where the present one is allowed", () => {
    const limits = { currency: "CHF", minPrice: 1531, maxPrice: 1534 };
    const blocked = decidePrice(inputsOf({ ...limits, price: 1600 }), policyOf());
    expect(blocked).toMatchObject({ verdict: "blocked", reason: "limits_conflict" });
    expect(blocked.sentence).toContain("no multiple of 0.05 CHF");
    expect(decidePrice(inputsOf({ ...limits, price: 1532 }), policyOf()).verdict).toBe("hold");
  });
});
