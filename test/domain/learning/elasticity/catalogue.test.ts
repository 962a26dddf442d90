import { describe, expect, it } from "vitest";
import { pooledEffects } from "../../../../domain/learning/elasticity/pool.ts";
import { type CatalogueOptions, catalogue } from "./support/catalogue.ts";
import { fitCatalogue } from "./support/fit.ts";

const TRUTH: Readonly<Record<string, number>> = { low: -1.5, high: -3.5 };

const CASES: readonly (readonly [string, Omit<CatalogueOptions, "seed">])[] = [
  ["slow movers, daily prices", { demand: 1, priceEvery: 1 }],
  ["slow movers, weekly prices, overdispersed", { demand: 1, priceEvery: 7, size: 6 }],
  ["medium, fortnightly prices, wandering level", { demand: 5, priceEvery: 14, size: 6, levelSd: 0.035 }],
  ["medium, weekly prices, a competitor", { demand: 5, priceEvery: 7, size: 6, competitorEffect: 0.6 }],
  ["fast movers, daily prices, overdispersed", { demand: 30, priceEvery: 1, size: 6 }],
  ["fast movers, weekly prices", { demand: 30, priceEvery: 7 }],
];

describe("a catalogue of two categories, elasticities -1.5 and -3.5, 20 SKUs each, 120 days, prices ±20 %", () => {
  for (const [name, options] of CASES) {
    it.each([1, 2, 3])(`recovers category means and covers the truth: ${name} (seed %i)`, (seed) => {
      const { reports } = fitCatalogue(catalogue({ seed, ...options }));
      for (const [category, truth] of Object.entries(TRUTH)) {
        const means = reports.filter((report) => report.category === category).map(({ mean }) => mean);
        expect(Math.abs(means.reduce((sum, value) => sum + value, 0) / means.length - truth)).toBeLessThan(
          0.6,
        );
      }
      const covered = reports.filter(
        ({ category, ci95 }) => ci95[0] <= TRUTH[category]! && TRUTH[category]! <= ci95[1],
      );
      expect(covered.length).toBeGreaterThanOrEqual(36);
      for (const report of reports) expect(report.sd).toBeLessThan(report.priorSd);
    });
  }

  it("says that the competitor effect is not identified when there is no competitor", () => {
    const { hyper, reports } = fitCatalogue(catalogue({ seed: 1, demand: 5, priceEvery: 7 }));
    const { own, competitor } = pooledEffects(hyper);
    expect(own.identified).toBe(true);
    expect(competitor.identified).toBe(false);
    expect(competitor.ci95[0]).toBeLessThan(0);
    expect(competitor.ci95[1]).toBeGreaterThan(0);
    expect(reports.every(({ noCompetitor, competitor: c }) => noCompetitor && !c.identified)).toBe(true);
  });

  it("identifies a competitor effect that is there, and none that is not", () => {
    const options = { demand: 30, priceEvery: 7, size: 6, skus: 30 };
    const present = pooledEffects(
      fitCatalogue(catalogue({ seed: 4, competitorEffect: 0.8, ...options })).hyper,
    );
    const absent = pooledEffects(fitCatalogue(catalogue({ seed: 4, competitorEffect: 0, ...options })).hyper);
    expect(present.competitor.identified).toBe(true);
    expect(present.competitor.ci95[0]).toBeLessThan(0.8);
    expect(present.competitor.ci95[1]).toBeGreaterThan(0.8);
    expect(absent.competitor.identified).toBe(false);
  });
});
