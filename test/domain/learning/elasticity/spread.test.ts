import { describe, expect, it } from "vitest";
import { normal } from "../../../../domain/base/keyed-random.ts";
import { pool } from "../../../../domain/learning/elasticity/pool.ts";
import type { Sufficient } from "../../../../domain/learning/elasticity/sufficient.ts";

/** 160 SKUs of 8 categories whose elasticities differ by `spread`, each known to an sd of 1 / √information. */
function skus({ spread, information }: { spread: number; information: number }): Sufficient[] {
  return Array.from({ length: 160 }, (_, i) => {
    const truth = -2.4 + 0.3 * normal(1, i % 8) + spread * normal(2, i);
    const seen = truth + normal(3, i) / Math.sqrt(Math.max(information, 1e-9));
    return {
      ...{ sku: `S${i}`, category: `c${i % 8}`, period: "day", observation: "quasi-poisson", n: 100 },
      ...{ names: ["own", "competitor"], J: [information, 0, 0, 0], h: [information * seen, 0] },
      spells: { squares: 0, weights: 0, spells: 0 },
      endogeneity: { controlFunction: null, priceFeedback: null },
      ...{ residualStart: 0, residuals: [], weekdayUnits: [], weekdayBase: [], holidays: {} },
    };
  });
}

/** Sd of elasticities within a category as it is learned, night after night. */
function learnedSpread(plan: { spread: number; information: number }): number {
  const stats = skus(plan);
  let hyper = pool(stats, undefined, (stat) => stat);
  for (let night = 0; night < 5; night++) hyper = pool(stats, hyper, (stat) => stat);
  return Math.sqrt(hyper.within[0]!);
}

describe("how far elasticities differ within a category", () => {
  it("is never taken for less than usual, even where they hardly differ", () => {
    expect(learnedSpread({ spread: 0, information: 4 })).toBeCloseTo(0.6, 9);
  });

  it("is what it is where data tell that it is more", () => {
    for (const spread of [0.7, 0.9]) {
      const learned = learnedSpread({ spread, information: 8 });
      expect(Math.abs(learned - spread)).toBeLessThan(0.1);
    }
  });

  it("stays near what is usual where data say nothing", () => {
    const learned = learnedSpread({ spread: 0.9, information: 0 });
    expect(learned).toBeGreaterThan(0.59);
    expect(learned).toBeLessThan(0.65);
  });
});
