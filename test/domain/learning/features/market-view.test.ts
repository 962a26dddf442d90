import { describe, expect, it } from "vitest";
import { marketView, newestOfferAt } from "../../../../domain/learning/features/market.ts";
import type { FeatureOffer } from "../../../../domain/learning/features/sku-features.ts";

const NOW = Date.UTC(2026, 4, 4, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FRESH = { offerFreshHours: 24, offerFreshHoursByCompetitor: { hourly: 1 } };

function offer(competitor: string, landedPrice: number, changes: Partial<FeatureOffer> = {}): FeatureOffer {
  return { competitor, landedPrice, availability: "in_stock", observedAt: NOW, ...changes };
}

describe("the market a decision looks at", () => {
  it("has the two cheapest, the mean and the median of valid offers", () => {
    const view = marketView([offer("c", 1200), offer("a", 1000), offer("b", 1101)], NOW, FRESH, false);
    expect(view).toMatchObject({ mean: 1100, median: 1101, count: 3, confidence: 1, priceWar: false });
    expect(view.cheapest).toEqual({ competitor: "a", price: 1000, observedAt: NOW });
    expect(view.secondCheapest).toMatchObject({ competitor: "b", price: 1101 });
  });

  it("leaves out what is sold out, on preorder or stale", () => {
    const offers = [
      offer("sold-out", 100, { availability: "out_of_stock" }),
      offer("preorder", 200, { availability: "preorder" }),
      offer("stale", 300, { observedAt: NOW - DAY - 1 }),
      offer("unknown stock", 400, { availability: "unknown" }),
      offer("just fresh", 500, { observedAt: NOW - DAY }),
    ];
    const view = marketView(offers, NOW, FRESH, false);
    expect(view.count).toBe(2);
    expect(view.cheapest?.competitor).toBe("unknown stock");
  });

  it("leaves out an offer that is older than its competitor's own limit", () => {
    const offers = [
      offer("hourly", 100, { observedAt: NOW - 5 * HOUR }),
      offer("daily", 200, { observedAt: NOW - 5 * HOUR }),
    ];
    expect(marketView(offers, NOW, FRESH, false)).toMatchObject({
      count: 1,
      cheapest: { competitor: "daily" },
    });
  });

  it("names the same competitor of two equal prices in any order", () => {
    const [x, y] = [offer("x", 100), offer("y", 100)];
    expect(marketView([y, x], NOW, FRESH, false)).toEqual(marketView([x, y], NOW, FRESH, false));
  });

  it.each([
    [[], 0],
    [[offer("a", 1)], 0.7],
    [[offer("a", 1), offer("b", 1)], 0.85],
    [[offer("a", 1, { observedAt: NOW - DAY })], 0.7 / Math.E],
  ])("trusts few and old offers less (%#)", (offers, confidence) => {
    expect(marketView(offers, NOW, FRESH, false).confidence).toBeCloseTo(confidence, 12);
  });

  it("has no price without offers", () => {
    expect(marketView([], NOW, FRESH, true)).toEqual({
      offers: [],
      cheapest: null,
      secondCheapest: null,
      mean: null,
      median: null,
      count: 0,
      confidence: 0,
      priceWar: true,
    });
  });

  it("has the age of its newest offer, valid or not", () => {
    expect(newestOfferAt([])).toBeNull();
    const sold = offer("a", 1, { observedAt: 7, availability: "out_of_stock" });
    expect(newestOfferAt([offer("b", 1, { observedAt: 5 }), sold])).toBe(7);
  });
});
