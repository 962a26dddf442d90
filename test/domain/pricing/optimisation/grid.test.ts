import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCharm } from "../../../../domain/pricing/guardrails/charm.ts";
import { candidateGrid } from "../../../../domain/pricing/optimisation/grid.ts";
import { payableFrom, payableUpTo, pricePoints } from "../../../../domain/pricing/price-points.ts";

describe("the candidate grid", () => {
  it("holds every price of a short range", () => {
    const grid = candidateGrid({
      points: pricePoints("EUR", {}),
      current: 100,
      lo: 95,
      hi: 105,
      optimum: 103,
      charmEndings: false,
      from: [],
      upTo: [],
    });
    for (let price = 95; price <= 105; price++) expect(grid).toContain(price);
  });

  it("holds every charm price of a range that has few", () => {
    const grid = candidateGrid({
      points: pricePoints("EUR", {}),
      current: 1990,
      lo: 1810,
      hi: 2189,
      optimum: 2100,
      charmEndings: true,
      from: [1777],
      upTo: [],
    });
    for (const price of [1849, 1890, 1895, 1899, 1949, 1990, 1995, 1999, 2049, 2090, 2095, 2099, 2149]) {
      expect(grid).toContain(price);
    }
    expect(grid).toContain(1777);
  });

  const requests = fc.record({
    points: fc.constantFrom("EUR", "JPY", "KWD", "CHF").map((code) => pricePoints(code, {})),
    current: fc.integer({ min: 1, max: 10 ** 9 }),
    width: fc.double({ min: 0, max: 2, noNaN: true }),
    optimum: fc.double({ min: 0, max: 10 ** 10, noNaN: true }),
    charmEndings: fc.boolean(),
    from: fc.array(fc.integer({ min: 2, max: 10 ** 9 }), { maxLength: 4 }),
    upTo: fc.array(fc.integer({ min: 2, max: 10 ** 9 }), { maxLength: 3 }),
  });

  it("is ascending, distinct, positive, at most 64 long and holds what it must", () => {
    fc.assert(
      fc.property(requests, ({ width, ...request }) => {
        const lo = Math.max(1, Math.round(request.current / (1 + width)));
        const hi = Math.round(request.current * (1 + width));
        const grid = candidateGrid({ ...request, lo, hi });
        expect(grid.length).toBeLessThanOrEqual(64);
        for (let i = 0; i < grid.length; i++) {
          expect(Number.isSafeInteger(grid[i]!) && grid[i]! >= 1).toBe(true);
          if (i > 0) expect(grid[i]).toBeGreaterThan(grid[i - 1]!);
        }
        const { points, current } = request;
        const inside = [
          ...request.from.map((price) => payableFrom(price, points)),
          ...request.upTo.map((price) => payableUpTo(price, points)),
        ];
        const near = inside.filter((price) => price * 10 >= current && price <= current * 10 && price > 0);
        for (const price of grid) if (price !== current) expect(price % points.step).toBe(0);
        for (const price of [request.current, ...near]) expect(grid).toContain(price);
      }),
      { numRuns: 500 },
    );
  });

  it("thins a wide range to steps of about 1 % around the optimum", () => {
    const optimum = 52_345;
    const grid = candidateGrid({
      points: pricePoints("EUR", {}),
      current: 50_000,
      lo: 25_000,
      hi: 100_000,
      optimum,
      charmEndings: false,
      from: [],
      upTo: [],
    });
    const near = [...grid].filter((price) => Math.abs(Math.log(price / optimum)) < 0.08);
    expect(near.length).toBeGreaterThanOrEqual(15);
    expect(grid[grid.length - 1]).toBeGreaterThanOrEqual(100_000);
    expect(grid[0]).toBeLessThanOrEqual(25_000);
  });

  it("offers charm prices beyond the range too, to show what the limits cost", () => {
    const request = {
      points: pricePoints("EUR", {}),
      current: 1990,
      lo: 1810,
      hi: 2189,
      optimum: 2600,
      charmEndings: true,
    };
    const beyond = [...candidateGrid({ ...request, from: [], upTo: [] })].filter(
      (price) => price > 2189 || price < 1810,
    );
    expect(beyond.filter((price) => isCharm(price, pricePoints("EUR", {}))).length).toBeGreaterThanOrEqual(6);
  });
});
