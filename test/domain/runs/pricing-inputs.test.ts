import { describe, expect, it } from "vitest";
import type { PricedProduct } from "../../../domain/runs/priced-product.ts";
import { clockOf, decideSkus, problemOf } from "../../../domain/runs/propose.ts";
import { DEFAULT_SETTINGS } from "../../../domain/settings/settings.ts";
import { AS_OF, manifest, pricedProduct, snapshot } from "./support.ts";

const { features } = snapshot(0, "a");
const LOOSE = {
  ...DEFAULT_SETTINGS.guardrails,
  ...{ charmEndings: false, maxStep: 1, weeklyCap: 1, coolDownHours: 0 },
};
const offer = (competitor: string, landedPrice: number) => ({
  ...{ competitor, landedPrice, availability: "in_stock" as const, observedAt: AS_OF - 60_000 },
});
const snapshotOf = (changes: Partial<PricedProduct>, purchasesLastHour?: number) => ({
  features,
  own: pricedProduct(features.sku, "a", changes),
  ...(purchasesLastHour === undefined ? {} : { purchasesLastHour }),
});

function posed(changes: Partial<PricedProduct>, settings = {}, purchases?: number) {
  const run = manifest("proposals", settings);
  return problemOf(snapshotOf(changes, purchases), run, clockOf(run));
}

describe("the prices that were tried", () => {
  it("are those of the days, of the ledger, the catalogue's and the present one", () => {
    const days = features.days.map(({ price }) => price);
    const { lo, hi } = posed({ price: Math.min(...days), basePrice: Math.min(...days) }).inputs.triedPrices!;
    expect([lo, hi]).toEqual([Math.min(...days), Math.max(...days)]);
    const changes = [{ from: 100, to: 99, at: 0, causeKind: "manual" }];
    expect(posed({ changes, basePrice: 99_000 }).inputs.triedPrices).toEqual({ lo: 99, hi: 99_000 });
  });
});

describe("shop events on the first day", () => {
  it("count in the strategies although no earlier day is known", () => {
    const run = manifest("proposals", { strategy: "rule_based_literal", guardrails: LOOSE });
    const offers = [offer("alpha", 12_000)];
    const firstDay = { ...features, days: [], offers };
    const own = pricedProduct(features.sku, "a", { price: 10_000, unitCost: 4_000, basePrice: 10_000 });
    const toAt = (purchasesLastHour: number) =>
      decideSkus([{ features: firstDay, own, purchasesLastHour }], run)[0]!.to;
    expect(toAt(5)).toBe(11_880);
    expect(toAt(4)).toBe(10_000);
  });
});

describe("a competitor's weight", () => {
  it("counts in the market's mean", () => {
    const run = manifest("proposals", { strategy: "rule_based_literal", guardrails: LOOSE });
    const offers = [
      { ...offer("alpha", 8000), weight: 9 },
      { ...offer("beta", 11_000), weight: 1 },
    ];
    const own = pricedProduct(features.sku, "a", { price: 10_000, unitCost: 4_000, basePrice: 10_000 });
    const [decision] = decideSkus([{ features: { ...features, offers }, own }], run);
    expect(decision!.to).toBe(8217);
  });
});

describe("a clearance of the catalogue", () => {
  it.each([
    // it is 10:00 of 2026-06-01
    ["2026-06-01", 40, { daysLeft: 14 / 24, salvage: 0 }],
    ["2026-06-10", 40, { daysLeft: 9 + 14 / 24, salvage: 0 }],
    ["2026-05-31", 40, null],
    ["2026-06-10", null, null],
    [null, 40, null],
  ])("until %s with %s in stock", (clearanceDate, stock, expected) => {
    const { clearance } = posed({ clearanceDate, stock }).inputs;
    if (expected === null) expect(clearance).toBeNull();
    else expect(clearance!.daysLeft).toBeCloseTo(expected.daysLeft, 9);
  });

  it("is listed among the inputs with the worth of a unit left over", () => {
    const { facts, clearance } = posed({ clearanceDate: "2026-06-10", salvageValue: 300 }).inputs;
    expect(clearance!.salvage).toBe(300);
    expect(facts()).toContainEqual({
      name: "stock has to be gone by the end of",
      value: "2026-06-10",
      at: null,
    });
    expect(facts()).toContainEqual({ name: "net worth of a unit left over", value: "3.00 EUR", at: null });
  });
});

describe("a launch of the catalogue", () => {
  it.each([
    ["2026-06-01", 0],
    ["2026-05-30", 2],
    ["2026-06-04", -3],
    [null, null],
  ])("on %s was %s days ago", (launchDate, days) => {
    expect(posed({ launchDate }).inputs.daysSinceLaunch).toBe(days);
  });
});

describe("a product without an elasticity report", () => {
  it("has no elasticity and no demand, and its facts say so", () => {
    const { elasticity, demand, facts } = posed({ elasticity: null }).inputs;
    expect([elasticity.unknown, demand]).toEqual([true, null]);
    for (const name of ["elasticity", "demand per day at the current price"])
      expect(facts()).toContainEqual({ name, value: "not known", at: null });
  });
});

describe("the settings", () => {
  it("reach the policy of a decision", () => {
    const guardrails = {
      marginMax: 0.3,
      competitorBand: { lo: 0.9, hi: 1.1 },
      maxChangesPerDay: 3,
      launchHoldDays: 10,
      leftDigit: 0.2,
    };
    const { policy } = posed(
      {},
      {
        guardrails,
        objective: { profit: 1, revenue: 0.5 },
        undercut: 0.02,
        markup: 0.4,
        marketFallback: "cost_plus",
        exploration: { temperature: 0.4, periodDays: 7 },
      },
    );
    expect(policy).toMatchObject({
      ...guardrails,
      competitorBand: { lo: 0.9, hi: 1.1, minConfidence: 0.7 },
      objective: { profit: 1, revenue: 0.5, units: 0 },
      undercut: 0.02,
      markup: 0.4,
      marketFallback: "cost_plus",
      exploration: {
        temperature: 0.4,
        salt: 1,
        periodDays: 7,
        regretBudget: 0.01,
      },
    });
  });
});

describe("purchases of the last hour", () => {
  it("decide under the plain rules, which use no other demand", () => {
    const run = manifest("proposals", { strategy: "rule_based_literal" });
    // a fifth cheaper than the only competitor
    const cheap = (purchases?: number) => decideSkus([snapshotOf({ price: 1500 }, purchases)], run)[0]!;
    expect(cheap().verdict).toBe("hold");
    expect(cheap(4).verdict).toBe("hold");
    expect(cheap(5)).toMatchObject({ verdict: "propose", reason: "strategy_target" });
  });
});
