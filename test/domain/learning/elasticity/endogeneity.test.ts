import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normal, poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import { controlFunction, noInstruments } from "../../../../domain/learning/elasticity/instruments.ts";
import { addMoments, noMoments, regress } from "../../../../domain/learning/elasticity/moments.ts";
import type { ElasticitySeries } from "../../../../domain/learning/elasticity/series.ts";
import { fitCatalogue } from "./support/fit.ts";
import { ordinaryLeastSquares } from "./support/glm.ts";
import { panel } from "./support/panel.ts";

const SKUS = 120;
const DAYS = 180;

/** How a shop sets its price, on the log scale, on one day. */
type Pricing = (day: {
  weekly: number;
  cost: number;
  rivalBefore: number;
  shock: number;
  surprise: number;
}) => number;

/** SKUs of four categories, elasticity about −2.4, whose demand has shocks of sd .3 a day. */
function shop(pricing: Pricing, seed = 5): ElasticitySeries[] {
  return Array.from({ length: SKUS }, (_, i) => {
    const mean = 5 * Math.exp(0.8 * normal(seed, 9, i));
    const elasticity = -2.4 + 0.5 * normal(seed, 8, i);
    const now = { cost: 0, rival: 0, weekly: 0, surprise: 0, usual: mean };
    const periods = Array.from({ length: DAYS }, (_, t) => {
      const rivalBefore = now.rival;
      if (uniform(seed, 1, i, t) < 0.05) now.cost += 0.05 * normal(seed, 2, i, t);
      if (uniform(seed, 3, i, t) < 0.1) now.rival = 0.1 * normal(seed, 4, i, t);
      if ((t + i) % 7 === 0) now.weekly = 0.08 * normal(seed, 5, i, t);
      const shock = 0.3 * normal(seed, 6, i, t);
      const { cost, weekly, surprise } = now;
      const price = pricing({ weekly, cost, rivalBefore, shock, surprise });
      const units = poisson(
        mean * Math.exp(elasticity * price + 0.5 * now.rival + shock),
        uniform(seed, 7, i, t),
      );
      now.surprise = (units - now.usual) / Math.sqrt(now.usual);
      now.usual += 0.02 * (units - now.usual);
      return {
        ...{ t: 20_000 + t, units, exposure: 1 },
        ...{ logPrice: 3 + price, logCompetitor: 3 + now.rival, logCost: 2 + cost },
      };
    });
    return { sku: `s${String(i).padStart(3, "0")}`, category: `c${i % 4}`, period: "day", periods };
  });
}

const flaggedShare = (catalogue: ElasticitySeries[]) => {
  const { reports } = fitCatalogue(catalogue);
  return reports.filter(({ endogeneityFlag }) => endogeneityFlag).length / reports.length;
};

describe("prices that follow demand", () => {
  const follows: Pricing = ({ weekly, surprise }) => 0.5 * weekly + 0.03 * surprise;
  const feedbackOf = (catalogue: ElasticitySeries[]) =>
    fitCatalogue(catalogue).reports.map(({ endogeneity }) => endogeneity.priceFeedback);

  it("are held against the shop, and not where they were proposed", () => {
    const shops = shop(follows);
    const seen = feedbackOf(shops).filter((t) => t !== null && t > 2.5);
    expect(seen.length).toBeGreaterThan(SKUS / 2);
    const proposed = shops.map((series) => ({
      ...series,
      periods: series.periods.map((row) => ({ ...row, proposed: true })),
    }));
    expect(feedbackOf(proposed)).toEqual(proposed.map(() => null));
  });
});

describe("prices that do not follow demand", () => {
  it.each<[string, Pricing]>([
    ["drawn at random", ({ weekly }) => weekly],
    ["following cost", ({ weekly, cost }) => 0.5 * weekly + 0.8 * cost],
    ["following yesterday's competitor", ({ weekly, rivalBefore }) => 0.5 * weekly + 0.5 * rivalBefore],
  ])("%s: hardly any SKU is flagged", (_, pricing) => {
    expect(flaggedShare(shop(pricing))).toBeLessThanOrEqual(0.06);
  });

  it("hardly ever flag a SKU of the open-loop panel, and never a whole category", () => {
    expect(
      flaggedShare([101, 102].flatMap((seed) => panel(seed).map((sku) => renamed(sku.series, seed)))),
    ).toBeLessThan(0.05);
  });
});

function renamed(series: ElasticitySeries, seed: number): ElasticitySeries {
  return { ...series, sku: `${seed}-${series.sku}`, category: `${seed}-${series.category}` };
}

describe("prices that follow demand", () => {
  it.each<[string, Pricing]>([
    [
      "raised on strong days, cost passed on",
      ({ weekly, cost, shock }) => 0.5 * weekly + 0.8 * cost + 0.25 * shock,
    ],
    [
      "raised on strong days, competitor followed",
      ({ weekly, rivalBefore, shock }) => 0.5 * weekly + 0.5 * rivalBefore + 0.25 * shock,
    ],
    ["raised after a strong day", ({ weekly, surprise }) => 0.5 * weekly + 0.05 * surprise],
  ])("%s: the SKUs are flagged", (_, pricing) => {
    expect(flaggedShare(shop(pricing))).toBeGreaterThan(0.9);
  });

  it("show a lower response to the price than to what cost makes of it", () => {
    const { hyper, reports } = fitCatalogue(
      shop(({ weekly, cost, shock }) => 0.5 * weekly + 0.8 * cost + 0.25 * shock),
    );
    for (const { endogeneity } of Object.values(hyper.categories))
      expect(endogeneity.controlFunction).toBeLessThan(-4);
    const bias = reports.reduce((sum, { mean }) => sum + mean + 2.4, 0) / reports.length;
    expect(bias).toBeGreaterThan(1);
  });
});

describe("asking whether prices followed demand", () => {
  it("changes nothing of the estimate itself", () => {
    const known = shop(({ weekly, cost }) => weekly + cost).slice(0, 8);
    const unknown = known.map((series) => ({
      ...series,
      periods: series.periods.map(({ logCost: _, ...row }) => row),
    }));
    const estimates = (catalogue: ElasticitySeries[]) =>
      fitCatalogue(catalogue).reports.map(({ mean, sd, competitor }) => ({ mean, sd, competitor }));
    expect(estimates(known)).toEqual(estimates(unknown));
  });

  it("has the same answer in any currency, and whatever unit cost is counted in", () => {
    const plain = shop(({ weekly, cost, shock }) => weekly + cost + 0.1 * shock).slice(0, 8);
    const shifted = plain.map((series) => ({
      ...series,
      periods: series.periods.map((row) => ({
        ...row,
        ...{ logPrice: row.logPrice + 2, logCompetitor: row.logCompetitor! + 2, logCost: row.logCost! - 1 },
      })),
    }));
    const answers = (catalogue: ElasticitySeries[]) =>
      fitCatalogue(catalogue).reports.map(({ endogeneity }) => endogeneity.controlFunction ?? Number.NaN);
    const [before, after] = [answers(plain), answers(shifted)];
    before.forEach((t, i) => {
      if (Number.isNaN(t)) expect(after[i]).toBeNaN();
      else expect(after[i]).toBeCloseTo(t, 6);
    });
  });
});

describe("what cannot be told", () => {
  it("is null: no instrument, a price that never moves, too few days", () => {
    const still = shop(() => 0).map((series) => ({
      ...series,
      periods: series.periods.map(({ logCost: _, ...row }) => ({ ...row, logCompetitor: null })),
    }));
    for (const { endogeneity, endogeneityFlag } of fitCatalogue(still).reports.slice(0, 5)) {
      expect(endogeneity).toMatchObject({ controlFunction: null, priceFeedback: null });
      expect(endogeneityFlag).toBe(false);
    }
    const young = shop(({ weekly }) => weekly).map((one) => ({ ...one, periods: one.periods.slice(0, 20) }));
    expect(fitCatalogue(young).reports[0]!.endogeneity).toMatchObject({
      controlFunction: null,
      priceFeedback: null,
    });
    expect(controlFunction(noInstruments(3))).toBeNull();
  });
});

describe("regression by running sums", () => {
  const rows = fc.array(
    fc.record({
      a: fc.double({ min: -2, max: 2, noNaN: true }),
      e: fc.double({ min: -1, max: 1, noNaN: true }),
    }),
    { minLength: 12, maxLength: 40 },
  );

  it("is ordinary least squares", () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const data = drawn.map(({ a, e }, k) => ({ a, b: Math.sin(3 * k) + 0.3 * a, y: 1 + 2 * a + e }));
        const moments = noMoments(3);
        for (const { a, b, y } of data) addMoments(moments, [a, b, y]);
        const spread = Math.max(...data.map(({ a }) => a)) - Math.min(...data.map(({ a }) => a));
        fc.pre(spread > 0.1);
        const ours = regress(moments, 2, [0, 1])!;
        const reference = ordinaryLeastSquares(
          data.map(({ a, b }) => [1, a, b]),
          data.map(({ y }) => y),
        );
        expect(ours.slopes[0]).toBeCloseTo(reference.coefficients[1]!, 6);
        expect(ours.slopes[1]).toBeCloseTo(reference.coefficients[2]!, 6);
        expect(ours.freedom).toBe(data.length - 3);
      }),
    );
  });

  it("says nothing of a regressor that is another in disguise", () => {
    const moments = noMoments(3);
    for (let k = 0; k < 20; k++) addMoments(moments, [k, 2 * k, k * k]);
    expect(regress(moments, 2, [0, 1])).toBeNull();
    expect(regress(moments, 2, [0])).not.toBeNull();
  });
});
