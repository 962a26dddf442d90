import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  charmCount,
  charmPrices,
  isCharm,
  nearestCharm,
} from "../../../../domain/pricing/guardrails/charm.ts";
import { pricePoints } from "../../../../domain/pricing/price-points.ts";

const USUAL = {};
const points = (currency: string) => pricePoints(currency, USUAL);

describe("charm prices", () => {
  it.each([
    [799, "EUR", true],
    [795, "EUR", true],
    [790, "EUR", false],
    [1949, "EUR", true],
    [1990, "EUR", true],
    [1995, "EUR", true],
    [1999, "EUR", true],
    [1950, "EUR", false],
    [12900, "EUR", true],
    [12990, "EUR", true],
    [12500, "EUR", true],
    [12995, "EUR", false],
    [124_900, "EUR", true],
    [124_990, "EUR", false],
    [198, "JPY", true],
    [1980, "JPY", true],
    [19_980, "JPY", true],
    [19_900, "JPY", false],
    [19_900, "KWD", true],
    [1545, "CHF", true],
    [1549, "CHF", false],
    [505, "CHF", true],
    [19_900, "SEK", true],
    [19_990, "SEK", false],
    [1_200, "DKK", true],
    [1_230, "DKK", false],
    [499_000, "HUF", true],
    [9_900, "KRW", false],
    [19_900, "KRW", true],
    [9_990, "CLP", true],
  ])("%i %s: %s", (price, currency, is) => {
    expect(isCharm(price, points(currency))).toBe(is);
  });

  it("lists them in order across a change of size", () => {
    expect(charmPrices(985, 1060, points("EUR"), 10)).toEqual([985, 989, 995, 999, 1049]);
    expect(charmPrices(9990, 10_600, points("EUR"), 10)).toEqual([9990, 9995, 9999, 10_500]);
  });

  const ranges = fc.record({
    lo: fc.integer({ min: 1, max: 300_000 }),
    width: fc.integer({ min: 0, max: 3000 }),
    currency: fc.constantFrom("EUR", "JPY", "KWD", "CLF", "CHF", "DKK"),
  });

  it("lists exactly those that look like one, and counts them about right", () => {
    fc.assert(
      fc.property(ranges, ({ lo, width, currency }) => {
        const all = [];
        for (let price = lo; price <= lo + width; price++)
          if (isCharm(price, points(currency))) all.push(price);
        expect(charmPrices(lo, lo + width, points(currency), 10_000)).toEqual(all);
        expect(Math.abs(charmCount(lo, lo + width, points(currency)) - all.length)).toBeLessThanOrEqual(5);
      }),
      { numRuns: 1000 },
    );
  });

  it("finds the nearest one", () => {
    expect(nearestCharm(2000, points("EUR"))).toBe(1999);
    expect(nearestCharm(2030, points("EUR"))).toBe(2049);
    expect(nearestCharm(1, points("EUR"))).toBe(5);
    fc.assert(
      fc.property(ranges, ({ lo, currency }) => {
        const around = charmPrices(Math.max(1, lo - 12_000), lo + 12_000, points(currency), 100_000);
        const nearest = Math.min(...around.map((price) => Math.abs(price - lo)));
        expect(Math.abs(nearestCharm(lo, points(currency)) - lo)).toBe(nearest);
      }),
      { numRuns: 1000 },
    );
  });
});
