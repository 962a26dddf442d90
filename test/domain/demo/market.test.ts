import { describe, expect, it } from "vitest";
import { COMPETITORS, PRODUCTS } from "../../../scripts/demo/catalogue.ts";
import {
  charmPrice,
  liveMove,
  meanUnits,
  offersOn,
  ownPriceBefore,
  sellersOf,
  unitsSold,
} from "../../../scripts/demo/market.ts";
import { demandHistory, importLines, offerHistory } from "../../../scripts/demo/rows.ts";
import { dayNumber } from "../../../scripts/replay/dates.ts";

const SEED = 7;
const TODAY = dayNumber("2026-06-01");
const indices = PRODUCTS.map((_, index) => index);

describe("the catalogue", () => {
  it("holds thirty products in five categories, each sold above its cost", () => {
    expect(new Set(PRODUCTS.map(({ sku }) => sku)).size).toBe(30);
    expect(new Set(PRODUCTS.map(({ category }) => category)).size).toBe(5);
    for (const { unitCost, basePrice, elasticity } of PRODUCTS) {
      expect(basePrice).toBeGreaterThan(unitCost * 1.2);
      expect(elasticity).toBeLessThan(-1);
    }
  });
});

describe("charmPrice", () => {
  it.each([
    [1233, 1229],
    [1236, 1239],
    [899, 899],
    [12_339, 12_290],
    [12_345, 12_390],
  ])("of %i is %i", (amount, expected) => {
    expect(charmPrice(amount)).toBe(expected);
  });
});

describe("the market", () => {
  it("has three or four sellers of each product", () => {
    const counts = indices.map((index) => sellersOf(SEED, index).length);
    expect(new Set(counts)).toEqual(new Set([3, 4]));
  });
  it("moves our past prices by about a tenth, enough to learn from", () => {
    for (const index of indices) {
      const ratios = Array.from({ length: 120 }, (_, k) => ownPriceBefore(SEED, index, TODAY - 120 + k)).map(
        (price) => price / PRODUCTS[index]!.basePrice,
      );
      expect(Math.min(...ratios)).toBeGreaterThan(0.85);
      expect(Math.max(...ratios)).toBeLessThan(1.15);
      expect(Math.max(...ratios) / Math.min(...ratios)).toBeGreaterThan(1.05);
    }
  });
  it("sells less at a higher price by the product's elasticity", () => {
    const offers = offersOn(SEED, 0, TODAY);
    const { basePrice, elasticity } = PRODUCTS[0]!;
    const ratio =
      meanUnits(SEED, 0, TODAY, basePrice * 1.1, offers) / meanUnits(SEED, 0, TODAY, basePrice, offers);
    expect(Math.log(ratio) / Math.log(1.1)).toBeCloseTo(elasticity, 10);
    expect(unitsSold(SEED, 0, TODAY, basePrice * 1.1, offers)).toBeLessThanOrEqual(
      unitsSold(SEED, 0, TODAY, basePrice, offers),
    );
  });
  it("sells more where the cheapest competitor is out of stock", () => {
    const offers = offersOn(SEED, 3, TODAY).map((offer) => ({ ...offer, availability: "in_stock" as const }));
    const cheapest = Math.min(...offers.map(({ price }) => price));
    const without = offers.map((offer) =>
      offer.price === cheapest ? { ...offer, availability: "out_of_stock" as const } : offer,
    );
    expect(meanUnits(SEED, 3, TODAY, 5_990, without)).toBeGreaterThanOrEqual(
      meanUnits(SEED, 3, TODAY, 5_990, offers),
    );
  });
  it("moves now and then far below our price, and sometimes empties a shelf, never below cost", () => {
    const moves = Array.from({ length: 500 }, (_, tick) => {
      const { product } = liveMove(SEED, tick, 1);
      return liveMove(SEED, tick, product.basePrice);
    });
    const undercuts = moves.filter(({ product, price }) => price < product.basePrice * 0.95);
    expect(undercuts.length).toBeGreaterThan(50);
    expect(moves.filter(({ availability }) => availability === "out_of_stock").length).toBeGreaterThan(10);
    expect(new Set(moves.map(({ competitor }) => competitor.id)).size).toBe(COMPETITORS.length);
    for (const { product, price } of moves) expect(price).toBeGreaterThan(product.unitCost);
  });
});

describe("the history", () => {
  const demand = demandHistory(SEED, TODAY) as { sku: string; day: string; units: number }[];
  const observations = offerHistory(SEED, TODAY) as { sku: string; observedAt: string }[];
  it("covers the 120 days before the first one", () => {
    expect(demand).toHaveLength(30 * 120);
    expect([demand[0]?.day, demand.at(-1)?.day]).toEqual(["2026-02-01", "2026-05-31"]);
    expect(observations.at(-1)?.observedAt).toBe("2026-05-31T06:00:00.000Z");
    expect(importLines()).toHaveLength(30);
  });
  it("is the same every time", () => {
    expect(demandHistory(SEED, TODAY)).toEqual(demand);
    expect(demandHistory(SEED + 1, TODAY)).not.toEqual(demand);
  });
  it("sells about what the catalogue says", () => {
    const total = demand.reduce((sum, { units }) => sum + units, 0) / 120;
    const expected = PRODUCTS.reduce((sum, { dailyUnits }) => sum + dailyUnits, 0);
    expect(total / expected).toBeGreaterThan(0.85);
    expect(total / expected).toBeLessThan(1.15);
  });
});
