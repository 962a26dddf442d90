import { describe, expect, it } from "vitest";
import { brokenLimit, type LimitedProduct, limitOfMove } from "../../../domain/pricing/hard-limits.ts";
import { DEFAULT_SETTINGS } from "../../../domain/settings/settings.ts";

const NO_LIMITS: LimitedProduct = {
  ...{ unitCost: null, taxRate: null, feeRate: null, unitFee: null },
  ...{ minPrice: null, maxPrice: null, mapPrice: null, msrp: null },
};
const guardrails = { ...DEFAULT_SETTINGS.guardrails, marginMin: 0.05, marginMax: 0.25 };
const settings = { ...DEFAULT_SETTINGS, guardrails };

describe("a price at a hard limit", () => {
  it.each<[string, Partial<LimitedProduct>, number, number]>([
    ["margin_floor", { unitCost: 950 }, 1000, -1],
    ["min_price", { minPrice: 1000 }, 1000, -1],
    ["map", { mapPrice: 1000 }, 1000, -1],
    ["max_price", { maxPrice: 1000 }, 1000, 1],
    ["msrp", { msrp: 1000 }, 1000, 1],
    ["margin_cap", { unitCost: 6000 }, 8000, 1],
  ])("is allowed, and one unit beyond %s is not", (name, limits, limit, beyond) => {
    const product = { ...NO_LIMITS, ...limits };
    expect(brokenLimit(product, limit, settings)).toBeNull();
    expect(brokenLimit(product, limit + beyond, settings)).toEqual({ name, limit });
  });

  it("is a markup floor where one is set", () => {
    const markup = { ...settings, guardrails: { ...guardrails, marginMin: 0, markupMin: 0.05 } };
    const product = { ...NO_LIMITS, unitCost: 1000 };
    expect(brokenLimit(product, 1050, markup)).toBeNull();
    expect(brokenLimit(product, 1049, markup)).toEqual({ name: "markup_floor", limit: 1050 });
  });

  it("counts tax and fees: 119.00 with 19 % tax, 10 % fee and 3.00 a unit is the floor of a cost of 82.00", () => {
    const product = { ...NO_LIMITS, unitCost: 8200, taxRate: 0.19, feeRate: 0.1, unitFee: 300 };
    expect(brokenLimit(product, 11_900, settings)).toBeNull();
    expect(brokenLimit(product, 11_899, settings)).toEqual({ name: "margin_floor", limit: 11_900 });
    expect(brokenLimit(product, 11_898, settings)).toEqual({ name: "margin_floor", limit: 11_900 });
  });

  it("has no margin to keep without a cost", () => {
    expect(brokenLimit(NO_LIMITS, 1, settings)).toBeNull();
  });
});

describe("limitOfMove", () => {
  const product = { ...NO_LIMITS, unitCost: 1600 };

  it.each([
    [2000, 1500, "margin_floor"],
    [2000, 1684, "margin_floor"],
    [2000, 1685, undefined],
    // nearer to the floor than before, and further away from it
    [1400, 1500, undefined],
    [1500, 1400, "margin_floor"],
    [1500, 1500, "margin_floor"],
  ])("from %i to %i at a floor of 1685: %s", (from, to, name) => {
    expect(limitOfMove(product, from, to, DEFAULT_SETTINGS)?.name).toBe(name);
  });

  it("forbids a rise above a greatest price, but not a cut towards it", () => {
    const capped = { ...NO_LIMITS, maxPrice: 2000 };
    expect(limitOfMove(capped, 1900, 2001, DEFAULT_SETTINGS)).toEqual({ name: "max_price", limit: 2000 });
    expect(limitOfMove(capped, 2200, 2100, DEFAULT_SETTINGS)).toBeNull();
  });
});
