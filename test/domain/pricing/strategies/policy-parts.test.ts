import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DemandBelief } from "../../../../bench/arena/policy/demand.ts";
import { explorationWorth, perturbation } from "../../../../bench/arena/policy/exploration.ts";
import { firstPrice, type PriceGrid, priceGrid } from "../../../../bench/arena/policy/grid.ts";
import { OfferBook } from "../../../../bench/arena/policy/offers.ts";
import { bestPrice, nearestPrice } from "../../../../bench/arena/policy/price.ts";

const belief = (change: Partial<DemandBelief> = {}): DemandBelief => ({
  logPriceRef: Math.log(2000),
  slope: -2.5,
  variance: 0.5,
  curvature: 0,
  information: 4,
  dailyUnits: 10,
  logPrice: Math.log(2000),
  ...change,
});

/** The highest price that a policy can set on a grid. */
const lastPrice = (grid: PriceGrid) => nearestPrice(grid, grid.high);

const offer = (price: number, inStock = true, seller = 1) => ({ seller, price, inStock });

describe("price grid", () => {
  it("has charm prices one unit under the step", () => {
    const grid = priceGrid(1050, 3500);
    expect(grid.step).toBe(20);
    expect(firstPrice(grid)).toBe(1059);
    expect(lastPrice(grid)).toBe(3499);
  });

  it("has every whole price where ten units would be a large step", () => {
    const grid = priceGrid(8.4, 28);
    expect(grid.step).toBe(1);
    expect([firstPrice(grid), lastPrice(grid)]).toEqual([9, 28]);
  });

  it("stays between its bounds, also where no charm price fits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 0, max: 1e6 }), (low, width) => {
        const grid = priceGrid(low, low + width);
        for (const price of [firstPrice(grid), lastPrice(grid)]) {
          expect(price).toBeGreaterThanOrEqual(low);
          expect(price).toBeLessThanOrEqual(low + width);
        }
      }),
    );
  });
});

describe("best price", () => {
  it("is Lerner's at constant elasticity: c·e/(e-1), to half a step", () => {
    const grid = priceGrid(1050, 3500);
    expect(Math.abs(bestPrice(grid, belief(), -2.5, { cost: 1000 }) - 1000 * (2.5 / 1.5))).toBeLessThan(20);
  });

  it("is lower where elasticity grows with price and the optimum lies above the reference", () => {
    const grid = priceGrid(1050, 6000);
    const low = belief({ logPriceRef: Math.log(1200), logPrice: Math.log(1200) });
    const straight = bestPrice(grid, low, -1.5, { cost: 1000 });
    const bent = bestPrice(grid, { ...low, curvature: 1 }, -1.5, { cost: 1000 });
    expect(bent).toBeLessThan(straight);
  });

  it("sells a short stock at the price that just sells it", () => {
    const grid = priceGrid(500, 6000);
    const clearance = { units: 100, daysLeft: 20, salvage: 300 };
    const price = bestPrice(grid, belief(), -2.5, { cost: 300, clearance });
    const sold = 200 * (price / 2000) ** -2.5;
    expect(sold).toBeGreaterThan(95);
    expect(sold).toBeLessThan(103);
  });

  it("never falls when the cost rises", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1.1, max: 5, noNaN: true }),
        fc.integer({ min: 500, max: 2000 }),
        fc.integer({ min: 0, max: 800 }),
        (e, cost, rise) => {
          const grid = priceGrid(1050, 9000);
          expect(bestPrice(grid, belief(), -e, { cost: cost + rise })).toBeGreaterThanOrEqual(
            bestPrice(grid, belief(), -e, { cost }),
          );
        },
      ),
    );
  });

  it("nearest is nearest on the log scale", () => {
    const grid = priceGrid(1050, 3500);
    expect(nearestPrice(grid, 2000)).toBe(1999);
    expect(nearestPrice(grid, 10)).toBe(1059);
    expect(nearestPrice(grid, 1e6)).toBe(3499);
  });
});

describe("exploration", () => {
  it("is worth H·I·v²/κ² times its cost", () => {
    const kappa = 2.5 * 1.5;
    const worth = (120 * 4 * 0.25) / (kappa * kappa);
    expect(explorationWorth(belief(), Math.log(2000), 120)).toBeCloseTo(worth, 12);
    expect(explorationWorth(belief(), Math.log(2000), 0)).toBe(0);
  });

  it("goes above and below in turn, and sits a little high", () => {
    const first = perturbation(0.09, 2.5, 1, 2, 3);
    const second = perturbation(0.09, 2.5, 1, 2, 4);
    expect(Math.abs(first - second)).toBeCloseTo(0.18, 12);
    expect(first + second).toBeCloseTo(4 * 0.09 ** 2, 12);
  });
});

describe("offer book", () => {
  it("takes the cheapest in stock and counts the sold-out", () => {
    const book = new OfferBook();
    const market = book.update(0, [offer(1000, true, 1), offer(900, false, 2), offer(1100, true, 3)]);
    expect(market.logCheapest).toBeCloseTo(Math.log(1000), 12);
    expect(market.soldOut).toBeCloseTo(1 / 3, 12);
    expect(market.spread).toBeCloseTo(Math.log(1100 / 1000) / 2, 12);
  });

  it("has no cheapest without sellers", () => {
    expect(new OfferBook().update(0, [])).toEqual({ logCheapest: null, soldOut: 0, spread: 0 });
  });

  it.each([10, 0.1, 100])("holds back a slip by %d until it is seen again", (factor) => {
    const book = new OfferBook();
    book.update(0, [offer(1000)]);
    expect(book.update(1, [offer(1000 * factor)]).logCheapest).toBeCloseTo(Math.log(1000), 12);
    expect(book.update(2, [offer(1000)]).logCheapest).toBeCloseTo(Math.log(1000), 12);
    book.update(3, [offer(1000 * factor)]);
    expect(book.update(4, [offer(1000 * factor)]).logCheapest).toBeCloseTo(Math.log(1000 * factor), 12);
  });

  it("lets a promotion through", () => {
    const book = new OfferBook();
    book.update(0, [offer(1000)]);
    expect(book.update(1, [offer(670)]).logCheapest).toBeCloseTo(Math.log(670), 12);
  });

  it("carries a missing offer for a week, no longer", () => {
    const book = new OfferBook();
    book.update(0, [offer(1000)]);
    expect(book.update(7, []).logCheapest).toBeCloseTo(Math.log(1000), 12);
    expect(book.update(8, []).logCheapest).toBeNull();
  });

  it.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY])("ignores the price %d", (price) => {
    expect(new OfferBook().update(0, [offer(price)]).logCheapest).toBeNull();
  });
});
