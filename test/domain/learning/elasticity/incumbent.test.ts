import { describe, expect, it } from "vitest";
import { normal } from "../../../../domain/base/keyed-random.ts";
import { believe, withIncumbent } from "../../../../domain/learning/elasticity/incumbent.ts";
import { pool } from "../../../../domain/learning/elasticity/pool.ts";
import { CURVATURE } from "../../../../domain/learning/elasticity/prior.ts";
import { skuPrior } from "../../../../domain/learning/elasticity/sku-prior.ts";
import type { Likelihood, Sufficient } from "../../../../domain/learning/elasticity/sufficient.ts";

const NO_EVIDENCE = { controlFunction: null, priceFeedback: null };

interface Plan {
  /** information of each SKU's demand on its elasticity */
  information: number;
  /** sds of the merchant's error, by category and of each SKU */
  errors: [category: number, sku: number];
  /** sd of elasticities within a category, and whether the merchant knows but the category's */
  spread?: number;
  isByCategory?: boolean;
}

/** A catalogue of 10 categories of 20 SKUs whose prices stand for their elasticities, give or take an error. */
function catalogue({ information, errors, spread = 0.4, isByCategory = false }: Plan) {
  return Array.from({ length: 200 }, (_, i) => {
    const category = i % 10;
    const mean = -2.4 + 0.3 * normal(1, category);
    const truth = mean + spread * normal(2, i);
    const seen = truth + normal(3, i) / Math.sqrt(Math.max(information, 1e-9));
    const known = isByCategory ? mean : truth;
    const lerner = Math.min(-1.05, known + errors[0] * normal(4, category) + errors[1] * normal(5, i));
    const told: Likelihood = {
      category: `c${category}`,
      names: ["own", "competitor"],
      J: [information, 0, 0, 0],
      h: [information * seen, 0],
      spells: { squares: 0, weights: 0, spells: 0 },
    };
    return { truth, lerner, told, sku: `S${i}` };
  });
}

function learned(plan: Plan) {
  const skus = catalogue(plan);
  const stats = skus.map(
    ({ sku, told }): Sufficient => ({
      ...told,
      ...{ sku, period: "day", observation: "quasi-poisson", n: 100, endogeneity: NO_EVIDENCE },
      ...{ residualStart: 0, residuals: [], weekdayUnits: [], weekdayBase: [], holidays: {} },
    }),
  );
  let hyper = pool(stats, undefined, (stat) =>
    withIncumbent(skus[stats.indexOf(stat)]!.told, skus[stats.indexOf(stat)]!.lerner),
  );
  for (let night = 0; night < 10; night++)
    hyper = pool(stats, hyper, (stat) =>
      withIncumbent(skus[stats.indexOf(stat)]!.told, skus[stats.indexOf(stat)]!.lerner),
    );
  const right = { chances: hyper.pricesRight!, within: hyper.within[0]! };
  const believed = skus.map(({ told, lerner }) =>
    believe(told, { lerner, off: 0 }, (one) => skuPrior(hyper, one), right),
  );
  const errors = believed.map(({ slopes }, i) => slopes.mean[0]! - skus[i]!.truth);
  const covered = believed.filter(
    ({ slopes }, i) => Math.abs(errors[i]!) < 1.96 * Math.sqrt(slopes.covariance[0]!),
  ).length;
  const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
  return { rmse, coverage: covered / 200, shrink: believed[0]!.shrink, pricesRight: right.chances };
}

describe("a shop's own prices", () => {
  it("are believed where what demand shows agrees with them", () => {
    const { rmse, coverage, pricesRight } = learned({ information: 3, errors: [0, 0] });
    expect(rmse).toBeLessThan(0.15); // demand alone: .4 or so
    expect(coverage).toBeGreaterThan(0.93);
    expect(pricesRight.each + pricesRight.inTheMean).toBeGreaterThan(0.99);
  });

  it("count for little where it does not", () => {
    const wrong = learned({ information: 3, errors: [1, 0.8] });
    expect(wrong.rmse).toBeLessThan(0.5);
    expect(wrong.coverage).toBeGreaterThan(0.88);
    expect(wrong.pricesRight.each + wrong.pricesRight.inTheMean).toBeLessThan(0.001);
  });

  it("need little evidence to be doubted, and as little not to be", () => {
    // what a few weeks of trials tell of a SKU: its elasticity to ± 2
    expect(learned({ information: 0.25, errors: [0, 0] }).pricesRight.each).toBeGreaterThan(0.6);
    expect(learned({ information: 0.25, errors: [0.8, 0.5] }).pricesRight.each).toBeLessThan(0.01);
  });

  it("do not tell by their spread how far elasticities differ", () => {
    const { coverage } = learned({ information: 0.5, errors: [0, 0.1], spread: 0.8, isByCategory: true });
    expect(coverage).toBeGreaterThan(0.8); // .5 where the prices' small spread is taken for that of elasticities
  });

  it("identify nothing by themselves", () => {
    const { shrink, coverage, pricesRight } = learned({ information: 0, errors: [0, 0] });
    expect(shrink).toBeCloseTo(0, 9);
    expect(pricesRight.each).toBeCloseTo(0.4, 6);
    expect(coverage).toBeGreaterThan(0.93);
  });
});

it("believes an elasticity at the present price", () => {
  const names = ["own", "competitor", CURVATURE];
  const told: Likelihood = {
    ...{ category: "c", names, J: new Array<number>(9).fill(0), h: [0, 0, 0] },
    spells: { squares: 0, weights: 0, spells: 0 },
  };
  const prior = { mean: [-2.4, 0.5, -0.7], covariance: [1, 0, 0, 0, 0.1, 0, 0, 0, 0.5] };
  const { slopes, shrink } = believe(told, { lerner: null, off: 0.2 }, () => prior);
  expect(slopes.mean[0]).toBeCloseTo(-2.54, 12); // -2.4 - .7 · .2
  expect(slopes.covariance[0]).toBeCloseTo(1.02, 12); // 1 + .5 · .2²
  expect(shrink).toBeCloseTo(0, 12);
});

it("draws thin margins in", () => {
  const told: Likelihood = {
    ...{ category: "c", names: ["own", "competitor"], J: [1, 0, 0, 0], h: [1, 0] },
    spells: { squares: 0, weights: 0, spells: 0 },
  };
  const toldBy = (lerner: number) => withIncumbent(told, lerner).h.at(-1)!;
  expect(toldBy(-1.5)).toBeCloseTo(0.895, 3);
  expect(toldBy(-2.4)).toBe(0);
  expect(toldBy(-6)).toBeCloseTo(-2.09, 2);
  expect(toldBy(-40)).toBe(toldBy(-10));
});
