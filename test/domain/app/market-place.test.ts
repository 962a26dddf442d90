import { describe, expect, it } from "vitest";
import { marketPlace } from "../../../app/src/format/market-place.ts";

const offer = (competitor: string, landedPrice: string, more: object = {}) => ({
  ...{ competitor, landedPrice, fresh: true, status: "accepted" as const, availability: "in_stock" as const },
  ...more,
});

describe("where a price stands among the offers", () => {
  it("is its gap to the cheapest, its index and its place", () => {
    expect(marketPlace([offer("a", "80.00"), offer("b", "120.00")], 100)).toEqual({
      ...{ cheapest: "80.00", competitor: "a", gapPct: 25, index: 125, rank: 2, of: 3 },
    });
  });

  it("shares the place with an equal price", () => {
    expect(marketPlace([offer("a", "100.00")], 100)).toMatchObject({ rank: 1, of: 2, gapPct: 0, index: 100 });
  });

  it("counts only offers that are fresh, believed and in stock", () => {
    const others = [
      offer("stale", "10.00", { fresh: false }),
      offer("held", "10.00", { status: "quarantined" }),
      offer("gone", "10.00", { availability: "out_of_stock" }),
    ];
    expect(marketPlace(others, 100)).toBeNull();
    expect(marketPlace([...others, offer("a", "90.00")], 100)).toMatchObject({ competitor: "a", of: 2 });
  });
});
