import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addToMarket,
  aggression,
  emptyMarket,
  type MarketProduct,
  priceIndex,
  weightedPriceIndex,
} from "../../../domain/market/position.ts";

function marketOf(products: readonly Partial<MarketProduct>[]) {
  const market = emptyMarket();
  for (const one of products)
    addToMarket(market, {
      category: "lamps",
      brand: null,
      price: 100,
      unitsPerDay: null,
      offers: [],
      ...one,
    });
  return market;
}

const offer = (landedPrice: number, competitor = "acme") => ({ competitor, landedPrice });

describe("the price index", () => {
  it("is the geometric mean of our prices over the cheapest competitor's", () => {
    const { all } = marketOf([
      { price: 110, offers: [offer(100), offer(120, "bolt")] },
      { offers: [offer(100)] },
    ]);
    expect(priceIndex(all)).toBeCloseTo(100 * Math.sqrt(1.1), 10);
  });

  it("can be weighted by revenue", () => {
    const { all } = marketOf([
      { price: 110, unitsPerDay: 300 / 110, offers: [offer(100)] },
      { price: 100, unitsPerDay: 1, offers: [offer(100)] },
    ]);
    expect(weightedPriceIndex(all)).toBeCloseTo(100 * 1.1 ** 0.75, 10);
  });

  it("is not known without an offer, and leaves out a ratio that no price explains", () => {
    expect(priceIndex(marketOf([{}]).all)).toBeNull();
    const { all } = marketOf([{ price: 1000, offers: [offer(100)] }]);
    expect([all.compared, priceIndex(all), weightedPriceIndex(all)]).toEqual([1, null, null]);
  });

  it("of the catalogue counts what its categories count", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            category: fc.constantFrom("a", "b", "c"),
            price: fc.integer({ min: 1, max: 10_000 }),
            offers: fc.array(
              fc.integer({ min: 1, max: 10_000 }).map((price) => offer(price)),
              { maxLength: 4 },
            ),
          }),
        ),
        (products) => {
          const { all, category } = marketOf(products);
          const sum = (name: "products" | "compared" | "lowest" | "redZone") =>
            [...category.values()].reduce((total, sums) => total + sums[name], 0);
          for (const name of ["products", "compared", "lowest", "redZone"] as const)
            expect(sum(name)).toBe(all[name]);
          expect(all.lowest + all.middle + all.highest).toBe(all.compared);
        },
      ),
    );
  });
});

describe("the place of a price", () => {
  it.each([
    [95, "lowest", 0],
    [100, "lowest", 0],
    [105, "middle", 0],
    [110, "highest", 0],
    [111, "highest", 1],
  ] as const)("of %d between 100 and 110 is the %s", (price, place, redZone) => {
    const { all } = marketOf([{ price, offers: [offer(100), offer(110, "bolt")] }]);
    expect([all[place], all.redZone]).toEqual([1, redZone]);
  });
});

describe("the index against one competitor", () => {
  it("is the geometric mean over its offers, but for those that are wrong matches", () => {
    const market = emptyMarket();
    const product = { category: "c", brand: null, unitsPerDay: null };
    addToMarket(market, { ...product, price: 110, offers: [offer(100), offer(50, "other")] });
    addToMarket(market, { ...product, price: 100, offers: [offer(100)] });
    addToMarket(market, { ...product, price: 100, offers: [offer(30)] });
    expect(priceIndex(market.competitor.get("acme")!)).toBeCloseTo(100 * Math.sqrt(1.1), 9);
  });
});

describe("a competitor's aggression", () => {
  it("is the share of its undercuts times its mean distance from our prices", () => {
    const prices = [90, 94, 100, 116];
    const market = marketOf(prices.map((price) => ({ offers: [offer(price)] })));
    const sums = market.competitor.get("acme")!;
    expect([sums.undercuts, sums.cheaper, sums.dearer]).toEqual([2, 2, 1]);
    expect(aggression(sums)).toBeCloseTo(0.5 * 8, 10);
  });
});
