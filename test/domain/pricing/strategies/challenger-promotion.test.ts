import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normal, poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import { CHALLENGER_FEATURES } from "../../../../domain/pricing/challenger/features.ts";
import { type DemandRows, emptyRows } from "../../../../domain/pricing/challenger/panel.ts";
import { dieboldMariano, promotionOf } from "../../../../domain/pricing/challenger/promotion.ts";

const SKUS = 12;

/** Days of products with a known mean, and two models that are off by so much noise or bias. */
function judged(days: number, errors: { filter: number; challenger: number }, seed = 1) {
  const rows: DemandRows = emptyRows(CHALLENGER_FEATURES, SKUS * days);
  const filter = new Float64Array(rows.units.length);
  const challenger = new Float64Array(rows.units.length);
  for (let sku = 0, i = 0; sku < SKUS; sku++) {
    for (let t = 0; t < days; t++, i++) {
      const log = 1.5 + 0.5 * normal(seed, sku, 1) + 0.2 * normal(seed, sku, t, 2);
      rows.units[i] = poisson(Math.exp(log), uniform(seed, sku, t, 3));
      rows.group[i] = sku;
      rows.time[i] = 20_000 + t;
      filter[i] = log + errors.filter * normal(seed, sku, t, 4);
      challenger[i] = log + errors.challenger * normal(seed, sku, t, 5);
    }
  }
  return promotionOf(rows, { filter, challenger });
}

describe("the promotion of a challenger", () => {
  it("is granted to one that predicts better beyond chance", () => {
    const promotion = judged(112, { filter: 0.4, challenger: 0.1 });
    expect(promotion).toMatchObject({ promoted: true, why: null, blocks: 8 });
    expect(promotion.challenger.deviance).toBeLessThan(promotion.filter.deviance * 0.99);
    expect(promotion.p).toBeLessThan(0.1);
    expect(promotion.challenger.coverage).toBeGreaterThan(0.75);
    expect(promotion.challenger.coverage).toBeLessThan(0.95);
  });

  it.each([
    ["is worse", 112, { filter: 0.1, challenger: 0.4 }, "is worse than the elasticity model: deviance"],
    ["is the same", 112, { filter: 0, challenger: 0 }, "predicts no better than the elasticity model"],
    [
      "was judged on few days",
      40,
      { filter: 0.4, challenger: 0.1 },
      "3 fortnights to judge the challenger by",
    ],
  ])("is refused to one that %s", (_, days, errors, why) => {
    expect(judged(days, errors)).toMatchObject({ promoted: false, why: expect.stringContaining(why) });
  });

  it("is refused to a lead that may be chance", () => {
    const verdicts = Array.from({ length: 40 }, (_, seed) =>
      judged(70, { filter: 0.3, challenger: 0.3 }, seed),
    );
    expect(verdicts.filter(({ promoted }) => promoted).length).toBeLessThanOrEqual(8);
    expect(verdicts.some(({ why }) => why?.includes("may be chance"))).toBe(true);
  });

  it("looks at the last eight fortnights only", () => {
    expect(judged(300, { filter: 0.4, challenger: 0.1 }).blocks).toBe(8);
  });
});

describe("the Diebold-Mariano test", () => {
  it("agrees with a table of Student's t", () => {
    // gains 1, 2, 3: mean 2, variance 2/3, t = 2/√(2/9)·√(2/3) = 3.464; P(t₂ > 3.464) = .0371
    expect(dieboldMariano([1, 2, 3], [0, 0, 0])).toBeCloseTo(0.0371, 4);
    expect(dieboldMariano([0, 0, 0], [1, 2, 3])).toBeCloseTo(1 - 0.0371, 4);
    expect(dieboldMariano([1, 1], [1, 1])).toBe(1);
  });

  it("is a probability, and one minus itself the other way round", () => {
    const losses = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(losses, losses, (a, b) => {
        const p = dieboldMariano(a, b);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        if (p > 0 && p < 1) expect(dieboldMariano(b, a)).toBeCloseTo(1 - p, 9);
      }),
    );
  });
});
