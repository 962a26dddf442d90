import { describe, expect, it } from "vitest";
import { type Override, priceOverrideInForce } from "../../../domain/ledger/overrides.ts";
import { decisionHash } from "../../../domain/pricing/decision/decision.ts";
import { costRatios, imputedCost } from "../../../domain/runs/cost-ratios.ts";
import { finishSkus, poolInput, poolSkus } from "../../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../../domain/runs/identify.ts";
import type { RunManifest } from "../../../domain/runs/manifest.ts";
import {
  choosePortfolio,
  countsAfter,
  decideAt,
  type PortfolioRow,
  portfolioRows,
} from "../../../domain/runs/portfolio-choice.ts";
import type { PricedProduct } from "../../../domain/runs/priced-product.ts";
import { clockOf, decideSkus, type PricingSnapshot, problemOf } from "../../../domain/runs/propose.ts";
import { recomputeProposals } from "../../../domain/runs/replay-run.ts";
import { AS_OF, keptShards, manifest, pricedProduct, snapshot } from "./support.ts";

const SKUS = 12;

/** Twelve SKUs with what an elasticity run learned of them, at costs from very low to very high. */
function shop(changes: (i: number) => Partial<PricedProduct> = () => ({})): PricingSnapshot[] {
  const snapshots = Array.from({ length: SKUS }, (_, i) => snapshot(i, i % 2 ? "a" : "b", { level: 20 }));
  const run = manifest("elasticity");
  const filtered = identifiedFilters(snapshots, run);
  const learned = poolSkus(
    filtered.map((sku, i) => poolInput(sku!, snapshots[i]!, run)),
    run,
  );
  return finishSkus(snapshots, filtered, learned, run).map(({ report, forecast }, i) => {
    const { features } = snapshots[i]!;
    const view = {
      asOf: AS_OF,
      daily: forecast.demand!.daily.mean,
      price: 2000,
      expectedCheapest: null,
      followRate: 0,
    };
    const own = pricedProduct(features.sku, features.category, {
      unitCost: 400 + 120 * i,
      elasticity: report,
      forecast: view,
      ...changes(i),
    });
    return { features, own };
  });
}

const SHOP = shop();
const override = (changes: Partial<Override>): Override => ({
  id: "o",
  scope: "global",
  key: null,
  kind: "PRICE_FREEZE",
  createdAt: AS_OF - 1,
  expiresAt: AS_OF + 1,
  ...changes,
});
const decide = (changes: Partial<RunManifest>, rows = SHOP) =>
  decideSkus(rows, { ...manifest("proposals"), ...changes });

describe("the strategy of a decision", () => {
  it("is the SKU's, else the category's, else the install's", () => {
    const run = manifest("proposals", {
      strategy: "rule_based",
      strategyByCategory: { b: "cost_plus" },
      strategyBySku: { "SKU-002": "competitor_follow" },
    });
    const strategies = decideSkus(SHOP, run).map(({ strategy }) => strategy);
    expect(strategies.slice(0, 3)).toEqual(["cost_plus", "rule_based", "competitor_follow"]);
  });

  it("is the brand's before the category's", () => {
    const branded = shop((i) => ({ brand: i === 1 ? "Acme" : null }));
    const settings = {
      strategyByBrand: { Acme: "cost_plus" },
      strategyByCategory: { a: "rule_based" },
    } as const;
    const strategies = decideSkus(branded, manifest("proposals", settings)).map(({ strategy }) => strategy);
    expect([strategies[1], strategies[3]]).toEqual(["cost_plus", "rule_based"]);
  });

  it("explains a kept price in full only where other SKUs may still move it", () => {
    const told = (changes: Partial<RunManifest>) =>
      decide({ overrides: [override({})], ...changes }).every(({ inputs }) => inputs.length > 0);
    expect(told({})).toBe(false);
    const { settings } = manifest("proposals", { maxPriceChanges: 3 });
    expect(told({ settings })).toBe(true);
  });

  it("is a freeze under a price freeze: every price is kept", () => {
    const decisions = decide({ overrides: [override({ scope: "category", key: "a" })] });
    expect(decisions.filter(({ reason }) => reason === "frozen").map(({ sku }) => sku)).toEqual(
      SHOP.filter(({ own }) => own.category === "a").map(({ own }) => own.sku),
    );
  });

  it("is the rules where an override says so, but a fixed price stays fixed", () => {
    const forced = override({ id: "f", kind: "FORCE_RULE_BASED" });
    const fixed = override({ id: "p", kind: "FIXED_PRICE", scope: "sku", key: "SKU-000" });
    const [first, second] = decide({ overrides: [forced, fixed] });
    expect(first).toMatchObject({ strategy: "freeze", verdict: "hold" });
    expect(second!.strategy).toBe("rule_based");
    expect(priceOverrideInForce([forced, fixed], SHOP[1]!.own, AS_OF)).toBeNull();
    expect(priceOverrideInForce([forced, fixed], SHOP[0]!.own, AS_OF)?.id).toBe("p");
    expect(priceOverrideInForce([fixed], SHOP[0]!.own, AS_OF + 1)).toBeNull();
  });
});

describe("a missing cost", () => {
  const known = Array.from({ length: 20 }, (_, i) => ({ category: "a", unitCost: 500 + i, basePrice: 1000 }));

  it("is the usual one of a category with 20 costed products, none with fewer", () => {
    expect(imputedCost(2000, costRatios(known).a)).toBe(1019);
    expect(costRatios(known.slice(1))).toEqual({});
    expect(imputedCost(2000, undefined)).toBeNull();
  });

  it("allows small steps not below the 30-day low, and no approval by itself", () => {
    const [decision] = decide({ costRatios: costRatios(known.map((row) => ({ ...row, category: "b" }))) }, [
      { ...SHOP[0]!, own: { ...SHOP[0]!.own, unitCost: null } },
    ]);
    expect(Math.abs(decision!.changePct)).toBeLessThanOrEqual(5);
    expect(decision!.to).toBeGreaterThanOrEqual(2000);
    expect(decision!.autoApprovable).toBe(false);
    const [held] = decide({}, [{ ...SHOP[0]!, own: { ...SHOP[0]!.own, unitCost: null } }]);
    expect(held!.reason).toBe("missing_cost");
  });
});

describe("the inputs of a decision", () => {
  const inputsOf = (changes: Partial<PricedProduct>, run = manifest("proposals")) =>
    problemOf({ ...SHOP[0]!, own: { ...SHOP[0]!.own, ...changes } }, run, clockOf(run)).inputs;

  it("move demand from the forecast's price to the served one", () => {
    const { elasticity } = SHOP[0]!.own;
    const there = inputsOf({}).demand!.perDay;
    expect(inputsOf({ price: 2200 }).demand!.perDay).toBeCloseTo(there * 1.1 ** elasticity!.mean, 9);
  });

  it("contain the price's past, in which an import is no change of ours", () => {
    const hour = 3_600_000;
    const changes = [
      { from: 1900, to: 2100, at: AS_OF - 8 * 24 * hour, causeKind: "proposal" },
      { from: 2100, to: 2050, at: AS_OF - 3 * hour, causeKind: "manual" },
      { from: 2050, to: 2000, at: AS_OF - hour, causeKind: "import" },
    ];
    expect(inputsOf({ changes })).toMatchObject({
      lastChangeAt: AS_OF - 3 * hour,
      changesToday: 1,
      priceWeekAgo: 2100,
      lowest30Days: 1900,
    });
  });

  it("contain the family's bounds: six cost at most six times one", () => {
    const siblings = [{ sku: "ONE", packSize: 1, lineRank: null, price: 500 }];
    expect(inputsOf({ packSize: 6, siblings }).ladder).toEqual({ lo: null, hi: 3000 });
    expect(inputsOf({ packSize: null, siblings }).ladder).toBeNull();
    const pack = [{ sku: "SIX", packSize: 6, lineRank: null, price: 2700 }];
    expect(inputsOf({ packSize: 1, siblings: pack }).ladder).toEqual({ lo: 450, hi: null });
  });
});

describe("a family that loses what a cut wins", () => {
  const siblings = [
    { sku: "A", packSize: null, lineRank: null, price: 2000, unitProfit: 900 },
    { sku: "B", packSize: null, lineRank: null, price: 2000, unitProfit: 1100 },
    { sku: "C", packSize: null, lineRank: null, price: 2000 },
  ];
  const [cheap] = SHOP;
  const elasticity = { ...cheap!.own.elasticity!, mean: -2.5, sd: 0.1, identified: true };
  const within = { ...cheap!, own: { ...cheap!.own, unitCost: 900, stock: null, elasticity, siblings } };
  const under = (cannibalisation: number) => manifest("proposals", { cannibalisation });

  it("charges a unit sold with a share of its siblings' profit", () => {
    const haloAt = (share: number) => problemOf(within, under(share), clockOf(under(share))).inputs.halo;
    expect(haloAt(0)).toBeUndefined();
    expect(haloAt(0.3)).toBeCloseTo(300, 9);
    const alone = { ...within, own: { ...within.own, siblings: [] } };
    expect(problemOf(alone, under(0.3), clockOf(under(0.3))).inputs.halo).toBeUndefined();
  });

  it("cuts less the more it loses, and never below what it would cost alone", () => {
    const prices = [0, 0.2, 0.5, 0.9].map((share) => decideSkus([within], under(share))[0]!.to);
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    expect(prices.at(-1)!).toBeGreaterThan(prices[0]!);
  });
});

/** A row that has no other price. */
const still = (row: PortfolioRow): PortfolioRow => ({
  ...row,
  decided: row.current,
  prices: [row.current],
  values: [0],
});

describe("a portfolio", () => {
  const alone = decide({});
  const moved = alone.filter(({ verdict }) => verdict === "propose");

  it("keeps the changes with the largest gains", () => {
    expect(moved.length).toBeGreaterThan(3);
    const run = manifest("proposals", { maxPriceChanges: 3 });
    const { changed, counts } = choosePortfolio(portfolioRows(SHOP, alone, run), run.settings);
    expect(counts).toMatchObject({ changes: 3, feasible: true, gap: 0 });
    const kept = moved.filter(({ sku }) => !changed.has(sku)).map(({ delta }) => delta!.profit);
    const left = moved.filter(({ sku }) => changed.has(sku)).map(({ delta }) => delta!.profit);
    expect(Math.min(...kept)).toBeGreaterThanOrEqual(Math.max(...left));
    const held = decideAt(SHOP.find(({ own }) => changed.has(own.sku))!, 2000, run);
    expect(held).toMatchObject({ verdict: "hold", reason: "portfolio", to: 2000 });
    expect(held.sentence).toContain("expected to gain more");
  });

  it("keeps the price index in its band, and bounds the distance to the best choice", () => {
    const run = manifest("proposals", { priceIndexBand: { lo: 0.98, hi: 1.03 } });
    const { changed, counts } = choosePortfolio(portfolioRows(SHOP, alone, run), run.settings);
    expect(counts.feasible).toBe(true);
    expect(counts.index).toBeLessThanOrEqual(1.03 + 1e-9);
    expect(counts.gap).toBeGreaterThanOrEqual(0);
    expect(changed.size).toBeGreaterThan(0);
    for (const [sku, price] of changed) {
      const decision = decideAt(SHOP.find(({ own }) => own.sku === sku)!, price, run);
      expect(decision.to).toBe(price);
    }
  });

  it("does not count a change that is taken back afterwards", () => {
    const run = manifest("proposals", { priceIndexBand: { lo: 0.98, hi: 1.03 } });
    const rows = portfolioRows(SHOP, alone, run);
    const choice = choosePortfolio(rows, run.settings);
    const same = countsAfter(rows, choice, run.settings);
    expect(same).toMatchObject({ changes: choice.counts.changes, feasible: true });
    expect(same.index).toBeCloseTo(choice.counts.index!, 9);
    for (const { sku, current } of rows) choice.changed.set(sku, current);
    const none = countsAfter(rows, choice, run.settings);
    expect(none.changes).toBe(0);
    expect(none.index).toBeCloseTo(choosePortfolio(rows.map(still), run.settings).counts.index!, 9);
    const tight = countsAfter(rows, choice, { priceIndexBand: { lo: 0.5, hi: 0.6 } });
    expect(tight.feasible).toBe(false);
  });

  it("has one hash in any shards", async () => {
    for (const settings of [{}, { maxPriceChanges: 3 }, { priceIndexBand: { lo: 0.98, hi: 1.03 } }]) {
      const run = manifest("proposals", settings);
      const hashes = await Promise.all(
        [1, 7, 64].flatMap((size) =>
          [SHOP, SHOP.toReversed()].map(async (rows) =>
            decisionHash(await recomputeProposals(keptShards(rows, size), run, size)),
          ),
        ),
      );
      expect(new Set(hashes).size).toBe(1);
    }
  });
});

describe("a key value item", () => {
  it("moves in smaller steps, is never tried, and is put before a person", () => {
    const usual = decide({}, shop());
    const items = decide(
      {},
      shop(() => ({ tags: ["kvi"] })),
    );
    const step = ({ from, to }: (typeof usual)[number]) => Math.abs(Math.log(to / from));
    expect(Math.max(...usual.map(step))).toBeGreaterThan(Math.log(1.05));
    expect(Math.max(...items.map(step))).toBeLessThanOrEqual(Math.log(1.05) + 1e-9);
    const moved = items.filter(({ verdict }) => verdict === "propose");
    expect(moved.length).toBeGreaterThan(0);
    for (const { risk, riskReasons } of moved) {
      expect(risk).not.toBe("LOW");
      expect(riskReasons.join(" ")).toContain("key value item");
    }
    expect(items.flatMap(({ guardrails }) => guardrails.map(({ why }) => why)).join(" ")).toContain(
      "of a key value item",
    );
  });
});
