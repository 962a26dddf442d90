import { describe, expect, it } from "vitest";
import { normal } from "../../../../domain/base/keyed-random.ts";
import { likelihoodUnder } from "../../../../domain/learning/elasticity/confounding.ts";
import { unidentified } from "../../../../domain/learning/elasticity/identification.ts";
import { withIncumbent } from "../../../../domain/learning/elasticity/incumbent.ts";
import { pool } from "../../../../domain/learning/elasticity/pool.ts";
import { type PromotionBias, USUAL_PROMOTIONS } from "../../../../domain/learning/elasticity/prior.ts";
import { promotionBias } from "../../../../domain/learning/elasticity/promotion-bias.ts";
import type { Sufficient } from "../../../../domain/learning/elasticity/sufficient.ts";

const CATEGORIES = 8;

interface Plan {
  /** what promotions add to the effect of a cut: in common, its sd between categories, and of each SKU */
  bias: { common: number; between: number; own: number };
  /** information on the effects of cuts and of drawn steps; none: the price never moved */
  information: { dips: number; drawn: number };
}

/** 160 SKUs of 8 categories: what their cuts and their drawn steps say. */
function identified({ bias, information }: Plan) {
  return Array.from({ length: 160 }, (_, i) => {
    const category = i % CATEGORIES;
    const truth = -2.4 + 0.3 * normal(1, category) + 0.4 * normal(2, i);
    const added = bias.common + bias.between * normal(3, category) + bias.own * normal(4, i);
    const seen = (effect: number, J: number, key: number) =>
      J === 0 ? 0 : J * effect + Math.sqrt(J) * normal(key, i);
    const { dips, drawn } = information;
    const identification = {
      ...unidentified(),
      ...{ names: ["regular", "dips", "drawn", "competitor"], parts: 3, reason: null },
      J: [0, 0, 0, 0, 0, dips, 0, 0, 0, 0, drawn, 0, 0, 0, 0, 0],
      h: [0, seen(truth + added, dips, 5), seen(truth, drawn, 6), 0],
    };
    return { sku: `S${i}`, category: `c${category}`, identification };
  });
}

/** What is learned of promotions in so many nights. */
function learned(plan: Plan, nights = 3): PromotionBias {
  const skus = identified(plan);
  const stats = skus.map(
    ({ sku, category, identification }): Sufficient => ({
      ...{ sku, category, period: "day", observation: "quasi-poisson", n: 100 },
      ...{ names: ["own"], J: [0], h: [0], spells: identification.spells },
      endogeneity: { controlFunction: null, priceFeedback: null },
      ...{ residualStart: 0, residuals: [], weekdayUnits: [], weekdayBase: [], holidays: {} },
    }),
  );
  const told = (k: number, promotions: PromotionBias) =>
    withIncumbent(likelihoodUnder(skus[k]!, null, { promotions }), null);
  const categories = Map.groupBy(skus.keys(), (k) => skus[k]!.category);
  let promotions = USUAL_PROMOTIONS;
  let hyper = pool(stats, undefined, (stat) => told(stats.indexOf(stat), promotions));
  for (let night = 0; night < nights; night++) {
    promotions = promotionBias(categories, hyper, told);
    hyper = pool(stats, { ...hyper, promotions }, (stat) => told(stats.indexOf(stat), promotions));
  }
  return promotions;
}

const WELL_KNOWN = { dips: 8, drawn: 2 };

describe("how biased promotions are", () => {
  it("is little where they are no more than cuts, or are advertised alike", () => {
    for (const common of [0, -2.5]) {
      const { own, between } = learned({ bias: { common, between: 0, own: 0 }, information: WELL_KNOWN });
      expect(own).toBeLessThan(0.4);
      expect(between).toBeLessThan(0.6);
    }
  });

  it("is much where each SKU's, or each category's, are of their own", () => {
    const own = learned({ bias: { common: -1, between: 0, own: 2 }, information: WELL_KNOWN });
    expect(own.own).toBeGreaterThan(1.5);
    const between = learned({ bias: { common: 0, between: 2.5, own: 0 }, information: WELL_KNOWN });
    expect(between.between).toBeGreaterThan(2);
    expect(between.own).toBeLessThan(0.6);
  });

  it("stays what is usual where there are none, or nothing is known of them", () => {
    const nothing = learned({ bias: { common: 0, between: 0, own: 0 }, information: { dips: 0, drawn: 0 } });
    expect(nothing.own).toBeCloseTo(1.22, 1);
    expect(nothing.between).toBeCloseTo(2.08, 1);
    const none = { names: ["own"], categories: {} } as unknown as Parameters<typeof promotionBias>[1];
    expect(promotionBias(new Map(), none, () => ({}) as never)).toEqual(USUAL_PROMOTIONS);
  });
});
