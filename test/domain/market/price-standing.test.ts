import { describe, expect, it } from "vitest";
import { priceStanding } from "../../../domain/market/price-standing.ts";

describe("a price among those of the days before", () => {
  const past = [...Array<number>(10).fill(100), ...Array<number>(10).fill(80)];

  it("is cheaper than on so many of them", () => {
    expect(priceStanding(past, 80)).toEqual({ days: 20, low: 80, high: 100, cheaperThan: 0.75 });
    expect(priceStanding(past, 79)?.cheaperThan).toBe(1);
    expect(priceStanding(past, 101)?.cheaperThan).toBe(0);
  });

  it("that never moved is neither cheap nor dear, and a fortnight is needed to say so", () => {
    expect(priceStanding(Array(14).fill(50), 50)?.cheaperThan).toBe(0.5);
    expect(priceStanding(Array(13).fill(50), 50)).toBeNull();
  });
});
