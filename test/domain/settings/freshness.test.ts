import { describe, expect, it } from "vitest";
import { isFreshOffer, newestOfferAge, offerFreshMs } from "../../../domain/settings/freshness.ts";

const HOUR = 3_600_000;
const SETTINGS = { offerFreshHours: 24, offerFreshHoursByCompetitor: { quick: 1 } };

describe("offerFreshMs", () => {
  it("is the competitor's own limit, or else the install's", () => {
    expect(offerFreshMs("quick", SETTINGS)).toBe(HOUR);
    expect(offerFreshMs("slow", SETTINGS)).toBe(24 * HOUR);
  });
});

describe("isFreshOffer", () => {
  it.each([
    ["quick", HOUR, true],
    ["quick", HOUR + 1, false],
    ["slow", 24 * HOUR, true],
    ["slow", 24 * HOUR + 1, false],
  ])("an offer of %s seen %d ms ago: %s", (competitor, age, fresh) => {
    expect(isFreshOffer({ competitor, observedAt: 0 }, age, SETTINGS)).toBe(fresh);
  });
});

describe("newestOfferAge", () => {
  it("compares offers by their own limits, not by their hours", () => {
    const offers = [
      { competitor: "quick", observedAt: 25 * HOUR },
      { competitor: "slow", observedAt: 0 },
    ];
    expect(newestOfferAge(offers, 30 * HOUR, SETTINGS)).toEqual({ hours: 30, limitHours: 240 });
    expect(newestOfferAge(offers.slice(0, 1), 30 * HOUR, SETTINGS)).toEqual({ hours: 5, limitHours: 10 });
    expect(newestOfferAge([], 30 * HOUR, SETTINGS)).toBeNull();
  });
});
