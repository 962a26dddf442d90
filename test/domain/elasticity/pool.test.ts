import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EmWorkspace } from "../../../domain/elasticity/em.ts";
import { filterSeries } from "../../../domain/elasticity/filter.ts";
import { pool } from "../../../domain/elasticity/pool.ts";
import { defaultPrior } from "../../../domain/elasticity/prior.ts";
import { sharedShockEffect } from "../../../domain/elasticity/shared-shocks.ts";
import { skuPrior } from "../../../domain/elasticity/sku-prior.ts";
import { type Sufficient, sufficientOf } from "../../../domain/elasticity/sufficient.ts";
import { inverse } from "../../../domain/statistics/matrix.ts";
import { catalogue } from "./support/catalogue.ts";

const stats: Sufficient[] = catalogue({
  seed: 2,
  demand: 5,
  priceEvery: 7,
  size: 6,
  competitorEffect: 0.5,
}).map((series) => sufficientOf(filterSeries(series, defaultPrior())));

describe("pool", () => {
  it("is the same to the last bit for any order of the SKUs", () => {
    const expected = JSON.stringify(pool(stats));
    fc.assert(
      fc.property(fc.shuffledSubarray(stats, { minLength: stats.length }), (shuffled) => {
        expect(JSON.stringify(pool(shuffled))).toBe(expected);
      }),
      { numRuns: 10 },
    );
  });

  it("survives a round trip through JSON of its inputs and of the warm start", () => {
    const hyper = pool(JSON.parse(JSON.stringify(stats)));
    expect(hyper).toEqual(pool(stats));
    const warm = pool(stats, JSON.parse(JSON.stringify(hyper)));
    expect(warm.centre[0]!).toBeCloseTo(hyper.centre[0]!, 1);
  });

  it("returns the defaults when there is nothing to pool", () => {
    const hyper = pool([]);
    expect(hyper.centre).toEqual([-2.4, 0.5]);
    const prior = skuPrior(hyper, stats[0]!);
    expect(prior.mean).toEqual([-2.4, 0.5]);
    expect(Math.sqrt(prior.covariance[0]!)).toBeGreaterThan(0.6);
  });

  it("gives a SKU's prior without the SKU's own data", () => {
    const [first, ...others] = stats;
    const strange = { ...first!, J: [400, 0, 0, 400], h: [400 * 3, 0] };
    const prior = skuPrior(pool([strange, ...others]), strange);
    const usual = skuPrior(pool(stats), first!);
    expect(Math.abs(prior.mean[0]! - usual.mean[0]!)).toBeLessThan(0.5);
  });

  it("never lets 58 identical series count as 58 independent ones", () => {
    const one = stats[0]!;
    const copies = Array.from({ length: 58 }, (_, i) => ({
      ...one,
      sku: `copy-${String(i).padStart(2, "0")}`,
    }));
    expect(sharedShockEffect(copies)).toBeCloseTo(1 + 2 * 57, 6);
    const hyper = pool(copies);
    const em = new EmWorkspace(2);
    em.setWithin(hyper.within);
    const single = em.categorySums({ skus: 1, J: Float64Array.from(one.J), h: Float64Array.from(one.h) })
      .M[0]!;
    const category = hyper.categories[one.category]!;
    const likelihood = inverse(category.covariance, 2)[0]! - inverse(hyper.between, 2)[0]!;
    expect(likelihood / single).toBeGreaterThan(0.3);
    expect(likelihood / single).toBeLessThan(1.4);
  });

  it("pools series with different covariates by name", () => {
    const widened = stats.map((stat, i) =>
      i % 2 === 0
        ? stat
        : {
            ...stat,
            names: [...stat.names, "promo"],
            J: [stat.J[0]!, stat.J[1]!, 0, stat.J[2]!, stat.J[3]!, 0, 0, 0, 50],
            h: [...stat.h, 40],
          },
    );
    const hyper = pool(widened);
    expect(hyper.names).toEqual(["own", "competitor", "promo"]);
    expect(hyper.centre[2]!).toBeGreaterThan(0.2);
    expect(skuPrior(hyper, widened[0]!).mean).toHaveLength(2);
    expect(skuPrior(hyper, widened[1]!).mean).toHaveLength(3);
  });
});
