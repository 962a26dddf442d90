import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uniform } from "../../../../domain/base/keyed-random.ts";
import {
  cheapestDistribution,
  gridQuantile,
  priceGrid,
} from "../../../../domain/learning/forecasting/cheapest-price.ts";
import { forecastCheapestCompetitor } from "../../../../domain/learning/forecasting/competitor-forecast.ts";
import {
  componentRow,
  type PriceMixture,
  priceMixture,
  rowWeightUpTo,
} from "../../../../domain/learning/forecasting/competitor-price.ts";
import {
  type CompetitorPriceState,
  isOnPromotion,
  observeCompetitor,
  referenceLogPrice,
} from "../../../../domain/learning/forecasting/competitor-state.ts";
import { type CompetitorDay, competitorDays } from "./competitor-world.ts";

function learn(days: readonly CompetitorDay[]): CompetitorPriceState {
  return days.reduce<CompetitorPriceState | null>(observeCompetitor, null)!;
}

/** 40 days at 20.00, then `promoted` days at 15.00 */
function promoted(days: number): CompetitorPriceState {
  return learn(
    Array.from({ length: 40 + days }, (_, day) => ({
      day,
      logPrice: Math.log(day < 40 ? 2000 : 1500),
      inStock: true,
    })),
  );
}

describe("observeCompetitor", () => {
  it("keeps the reference through a promotion, and gives it up when the low price stays", () => {
    expect(isOnPromotion(promoted(3))).toBe(true);
    expect(Math.exp(referenceLogPrice(promoted(3)))).toBeCloseTo(2000, 6);
    expect(isOnPromotion(promoted(25))).toBe(false);
  });

  it("counts changes, promotions and their ends", () => {
    const prices = [2000, 2000, 2000, 2040, 2040, 1600, 1600, 2040];
    const state = learn(prices.map((price, day) => ({ day, logPrice: Math.log(price), inStock: true })));
    expect(state.change.hits).toBeCloseTo(2, 0);
    expect(state.promotion.hits).toBeCloseTo(1, 1);
    expect(state.promotionEnd.days).toBeCloseTo(2, 1);
    expect(state.promotionEnd.hits).toBeCloseTo(1, 1);
    expect(state.depth.sum / state.depth.count).toBeCloseTo(Math.log(2000 / 1600), 6);
    expect(state.move.sum / state.move.count).toBeCloseTo(Math.log(1.02), 6);
  });

  it("takes a day once: duplicates and late days change nothing", () => {
    const state = promoted(2);
    expect(observeCompetitor(state, { day: state.day, logPrice: 1, inStock: true })).toBe(state);
    expect(observeCompetitor(state, { day: 3, logPrice: 1, inStock: true })).toBe(state);
  });

  it("waits for a first price and passes over what is not a number", () => {
    expect(observeCompetitor(null, { day: 1, logPrice: null, inStock: false })).toBeNull();
    expect(observeCompetitor(null, { day: 1, logPrice: Number.NaN, inStock: true })).toBeNull();
    const state = promoted(1);
    expect(observeCompetitor(state, { day: Number.NaN, logPrice: 1, inStock: true })).toBe(state);
    expect(observeCompetitor(state, { day: 99, logPrice: Number.NaN, inStock: true })!.logPrice).toBe(
      state.logPrice,
    );
  });

  it("does not change the state it is given, and keeps at most eight levels", () => {
    const state = promoted(1);
    const before = structuredClone(state);
    let next: CompetitorPriceState = state;
    for (let i = 1; i < 30; i++)
      next = observeCompetitor(next, { day: 41 + i, logPrice: 7 + 0.02 * i, inStock: true })!;
    expect(state).toEqual(before);
    expect(next.levels.length).toBeLessThanOrEqual(8);
  });
});

describe("priceMixture", () => {
  it("spreads exactly the in-stock weight over its components, whatever was seen", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 7 }), (seed, days) => {
        const mixture = priceMixture(learn(competitorDays(seed, 60)), days);
        const sum = mixture.components.reduce((total, { weight }) => total + weight, 0);
        expect(sum).toBeCloseTo(mixture.inStock, 12);
        expect(mixture.components.every(({ weight }) => weight >= 0)).toBe(true);
        expect(rowWeightUpTo(componentRow(mixture), 50, false)).toBeCloseTo(mixture.inStock, 12);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the price for a day with 1 − hazard, Beta(1, 19) before anything was seen", () => {
    const fresh = learn([{ day: 0, logPrice: 7, inStock: true }]);
    const mixture = priceMixture(fresh, 1);
    expect(mixture.inStock).toBeCloseTo(0.98, 12);
    expect(mixture.components[0]!.weight / mixture.inStock).toBeCloseTo(0.95, 12);
    const promotion = mixture.components.find(({ logPrice }) => logPrice < 6.95)!;
    expect(promotion.weight / mixture.inStock).toBeCloseTo(0.05 * 0.25, 12);
  });

  it("expects a promotion to return to the reference", () => {
    const state = promoted(5);
    const mixture = priceMixture(state, 7);
    const row = componentRow(mixture);
    const back = rowWeightUpTo(row, Math.log(2000), false) - rowWeightUpTo(row, Math.log(2000), true);
    // seven days of at least the hazard (0 + 1) / (5 + 5), less what leaves again
    expect(back).toBeGreaterThan(0.4);
    expect(back).toBeLessThan(0.7);
    expect(priceMixture(state, 1).components[0]!.weight).toBeGreaterThan(
      priceMixture(state, 7).components[0]!.weight,
    );
  });
});

describe("cheapest price", () => {
  const atom = (price: number, inStock = 1): PriceMixture => ({
    inStock,
    components: [{ weight: inStock, logPrice: Math.log(price), deviation: 0 }],
  });

  it("is the lower of two certain prices", () => {
    const mixtures = [atom(10), atom(12)];
    const distribution = cheapestDistribution(mixtures);
    const grid = priceGrid(mixtures, distribution);
    expect(grid.upTo).toEqual(grid.logPrice.map(distribution.upTo));
    expect(Math.exp(gridQuantile(grid, 0.5))).toBeCloseTo(10, 12);
    expect(distribution.none).toBe(0);
  });

  it("is the dearer price half the time when the cheaper is out of stock half the time", () => {
    const mixtures = [atom(10, 0.5), atom(12)];
    const distribution = cheapestDistribution(mixtures);
    expect(distribution.upTo(Math.log(11))).toBeCloseTo(0.5, 12);
    const grid = priceGrid(mixtures, distribution);
    expect(Math.exp(gridQuantile(grid, 0.4))).toBeCloseTo(10, 9);
    expect(Math.exp(gridQuantile(grid, 0.6))).toBeCloseTo(12, 9);
  });

  it("has the normal's quantiles for a normal price", () => {
    const mixtures: PriceMixture[] = [
      { inStock: 1, components: [{ weight: 1, logPrice: 3, deviation: 0.1 }] },
    ];
    const grid = priceGrid(mixtures, cheapestDistribution(mixtures));
    expect(gridQuantile(grid, 0.9)).toBeCloseTo(3 + 0.1 * 1.28155, 2);
  });
});

describe("forecastCheapestCompetitor", () => {
  it("expects a sticky price to stay", () => {
    const steady = learn(
      Array.from({ length: 60 }, (_, day) => ({ day, logPrice: Math.log(1999), inStock: true })),
    );
    const f = forecastCheapestCompetitor([steady], 1)!;
    for (const price of [f.p10, f.p50, f.p90, f.lastObserved!]) expect(price).toBeCloseTo(1999, 6);
    expect(f.changes).toBeLessThan(0.05);
  });

  it("is null without competitors, and refuses other horizons", () => {
    expect(forecastCheapestCompetitor([], 1)).toBeNull();
    expect(forecastCheapestCompetitor([{ ...promoted(1), logPrice: Number.NaN }], 1)).toBeNull();
    expect(() => forecastCheapestCompetitor([], 8)).toThrow(RangeError);
  });

  it("has no last price while all are out of stock", () => {
    const out = observeCompetitor(promoted(1), { day: 50, logPrice: null, inStock: false })!;
    expect(forecastCheapestCompetitor([out], 1)).toMatchObject({ lastObserved: null, changes: 1 });
  });

  it("orders its quantiles, and is out of stock less often with another competitor", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 1, max: 7 }), (seed, days) => {
        const states = [1, 2, 3].map((j) => learn(competitorDays(seed * 3 + j, 50)));
        const two = forecastCheapestCompetitor(states.slice(0, 2), days)!;
        const three = forecastCheapestCompetitor(states, days)!;
        for (const f of [two, three]) {
          expect(f.p10).toBeLessThanOrEqual(f.p50);
          expect(f.p50).toBeLessThanOrEqual(f.p90);
          expect(f.changes).toBeGreaterThanOrEqual(0);
          expect(f.changes).toBeLessThanOrEqual(1);
        }
        expect(three.none).toBeLessThanOrEqual(two.none);
      }),
      { numRuns: 40 },
    );
  });

  it("is calibrated over 50 products of three competitors each", () => {
    const transforms: number[] = [];
    for (let sku = 0; sku < 50; sku++) {
      const worlds = [1, 2, 3].map((j) => competitorDays(sku * 10 + j, 220));
      for (let day = 100; day < 213; day += 16) {
        const mixtures = worlds.map((world) => priceMixture(learn(world.slice(0, day + 1)), 7));
        const offers = worlds.map((world) => world[day + 7]!).filter(({ inStock }) => inStock);
        if (offers.length === 0) continue;
        const cheapest = Math.min(...offers.map(({ logPrice }) => logPrice!));
        const { below, upTo } = cheapestDistribution(mixtures);
        const low = below(cheapest - 1e-9);
        transforms.push(low + uniform(sku, day, 77) * (upTo(cheapest + 1e-9) - low));
      }
    }
    const inside = transforms.filter((u) => u > 0.1 && u < 0.9).length / transforms.length;
    expect(inside).toBeGreaterThan(0.76);
    expect(inside).toBeLessThan(0.84);
    const sorted = transforms.sort((a, b) => a - b);
    const distance = Math.max(...sorted.map((u, i) => Math.abs(u - (i + 0.5) / sorted.length)));
    // Kolmogorov–Smirnov at 1 %
    expect(distance).toBeLessThan(1.63 / Math.sqrt(sorted.length));
  });
});
