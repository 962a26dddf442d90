import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inverse } from "../../../../domain/base/matrix.ts";
import { aligned } from "../../../../domain/learning/elasticity/align.ts";
import { EmWorkspace } from "../../../../domain/learning/elasticity/em.ts";
import { filterSeries } from "../../../../domain/learning/elasticity/filter.ts";
import { tenantVariance } from "../../../../domain/learning/elasticity/levels.ts";
import { pool } from "../../../../domain/learning/elasticity/pool.ts";
import { defaultPrior } from "../../../../domain/learning/elasticity/prior.ts";
import { sharedShockEffect } from "../../../../domain/learning/elasticity/shared-shocks.ts";
import { skuPrior } from "../../../../domain/learning/elasticity/sku-prior.ts";
import { type Sufficient, sufficientOf } from "../../../../domain/learning/elasticity/sufficient.ts";
import { catalogue } from "./support/catalogue.ts";

const stats: Sufficient[] = catalogue({
  seed: 2,
  demand: 5,
  priceEvery: 7,
  size: 6,
  competitorEffect: 0.5,
}).map((series) => sufficientOf(filterSeries(series, defaultPrior())));

type Matrix = readonly number[];

const plus = (a: Matrix, b: Matrix, factor: number): number[] => a.map((value, k) => value + factor * b[k]!);

const times = ([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): number[] => [
  ...[a! * e! + b! * g!, a! * f! + b! * h!],
  ...[c! * e! + d! * g!, c! * f! + d! * h!],
];

const transformed = ([a, b, c, d]: Matrix, [x, y]: Matrix): number[] => [
  a! * x! + b! * y!,
  c! * x! + d! * y!,
];

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
    expect(hyper.centre).toEqual([expect.closeTo(-2.4, 9), expect.closeTo(0.5, 9)]);
    const prior = skuPrior(hyper, stats[0]!);
    expect(prior.mean).toEqual([expect.closeTo(-2.4, 9), expect.closeTo(0.5, 9)]);
    expect(Math.sqrt(prior.covariance[0]!)).toBeGreaterThan(0.6);
  });

  it("gives a SKU's prior without the SKU's own data", () => {
    const [first, ...others] = stats;
    const strange = { ...first!, J: [400, 0, 0, 400], h: [400 * 3, 0] };
    const prior = skuPrior(pool([strange, ...others]), strange);
    const usual = skuPrior(pool(stats), first!);
    expect(Math.abs(prior.mean[0]! - usual.mean[0]!)).toBeLessThan(0.5);
  });

  it("takes exactly the SKU's own share out of its category and out of the tenant mean", () => {
    const hyper = pool(stats);
    const between = inverse(hyper.between, 2);
    for (const stat of [stats[0]!, stats[25]!]) {
      const em = new EmWorkspace(2);
      em.setWithin(hyper.within);
      const { M, a } = em.categorySums(aligned([stat], hyper));
      const { information, covariance, designEffect } = hyper.categories[stat.category]!;
      const L = plus(information.L, M, -1 / designEffect);
      const score = information.a.map((value, k) => value - a[k]! / designEffect);
      // g under its own prior and what the categories say of it, the SKU's taken out, by brute force: V(g) = T + L⁻¹
      const others = Object.entries(hyper.categories).map(([name, category]) =>
        name === stat.category ? { L, a: score } : category.information,
      );
      const variance = tenantVariance("own", hyper);
      let G = [1 / variance, 0, 0, 1 / 0.04];
      let k = [-2.4 / variance, 0.5 / 0.04];
      for (const one of others) {
        const apart = inverse(plus(hyper.between, inverse(one.L, 2), 1), 2);
        G = plus(G, apart, 1);
        k = plus(k, transformed(apart, transformed(inverse(one.L, 2), one.a)), 1);
      }
      const centre = transformed(inverse(G, 2), k);
      const given = inverse(plus(between, L, 1), 2);
      const mean = transformed(given, plus(transformed(between, centre), score, 1));
      const prior = skuPrior(hyper, stat);
      prior.mean.forEach((value, i) => {
        expect(value).toBeCloseTo(mean[i]!, 6);
      });
      const pull = times(given, between);
      const spread = times(times(pull, inverse(G, 2)), [pull[0]!, pull[2]!, pull[1]!, pull[3]!]);
      prior.covariance.forEach((value, i) => {
        expect(value).toBeCloseTo(given[i]! + spread[i]! + hyper.within[i]!, 6);
      });
      // the rest of the category says less than all of it
      expect(given[0]! + spread[0]!).toBeGreaterThan(covariance[0]!);
    }
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
    const likelihood = category.information.L[0]!;
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
