import { describe, expect, it } from "vitest";
import { propensities, sampledSlope, textKey } from "../../../../domain/pricing/optimisation/thompson.ts";

describe("tempered Thompson sampling", () => {
  const response = { mean: -2.2, sd: 0.7 };

  it("draws slopes around the mean, never less elastic than the bound", () => {
    const draws = Array.from({ length: 4000 }, (_, i) => sampledSlope(response, 0.4, 1, `sku-${i}`, 0));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const sd = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length);
    expect(mean).toBeCloseTo(-2.2, 1);
    expect(sd).toBeCloseTo(0.28, 1);
    expect(Math.max(...draws)).toBeLessThanOrEqual(-1.05);
    expect(sampledSlope(response, 0, 1, "any", 5)).toBe(-2.2);
  });

  it("keys texts apart, also permuted ones", () => {
    expect(textKey("ab")).not.toBe(textKey("ba"));
    expect(textKey("")).not.toBe(textKey("\u0000"));
  });

  it("gives each price the probability with which it is drawn", () => {
    const prices = [1650, 1749, 1849, 1899, 1949, 1990, 2049, 2149];
    const logChange = Float64Array.from(prices, (price) => Math.log(price / 1990));
    const unitValue = Float64Array.from(prices, (price) => price - 1000);
    const feasible = prices.map((_, i) => i);
    const exact = propensities(logChange, unitValue, feasible, response, 1);
    const counts = new Float64Array(prices.length);
    const draws = 40_000;
    for (let n = 0; n < draws; n++) {
      const slope = sampledSlope(response, 1, 3, `s${n}`, 1);
      let best = 0;
      for (const i of feasible) {
        const earns = (j: number) => Math.log(unitValue[j]!) + logChange[j]! * slope;
        if (earns(i) > earns(best)) best = i;
      }
      counts[best]! += 1 / draws;
    }
    let total = 0;
    for (const i of feasible) {
      expect(Math.abs((exact.get(i) ?? 0) - counts[i]!)).toBeLessThan(0.01);
      total += exact.get(i) ?? 0;
    }
    expect(total).toBeCloseTo(1, 12);
  });

  it("puts all probability on the best price when nothing is sampled", () => {
    const logChange = Float64Array.of(Math.log(0.9), 0, Math.log(1.1));
    const exact = propensities(logChange, Float64Array.of(390, 500, 600), [0, 1, 2], response, 0);
    expect([...exact]).toEqual([[1, 1]]);
  });
});
