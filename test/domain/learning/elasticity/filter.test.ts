import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filterSeries } from "../../../../domain/learning/elasticity/filter.ts";
import { defaultPrior, type Prior } from "../../../../domain/learning/elasticity/prior.ts";
import type { ElasticitySeries } from "../../../../domain/learning/elasticity/series.ts";
import { DEFAULT_CONFIG, type FilterConfig } from "../../../../domain/learning/elasticity/state.ts";
import { rawInformation, swapPrior } from "../../../../domain/learning/elasticity/sufficient.ts";
import { catalogue } from "./support/catalogue.ts";
import { quasiPoisson } from "./support/glm.ts";

const seeds = fc.integer({ min: 1, max: 10_000 });

function oneSku(seed: number, options = {}): ElasticitySeries {
  const base = { seed, demand: 4, priceEvery: 7, size: 6, competitorEffect: 0.5, skus: 1 };
  return catalogue({ ...base, categories: { only: -2.5 }, ...options })[0]!;
}

function shifted(series: ElasticitySeries, shift: number): ElasticitySeries {
  return {
    ...series,
    periods: series.periods.map((row) => ({
      ...row,
      logPrice: row.logPrice + shift,
      logCompetitor: row.logCompetitor === null ? null : row.logCompetitor + shift,
    })),
  };
}

describe("filterSeries", () => {
  it("does not depend on the currency unit: a constant added to all log prices changes no coefficient", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: -6, max: 6, noNaN: true }), (seed, shift) => {
        const series = oneSku(seed, { days: 60 });
        const plain = filterSeries(series, defaultPrior());
        const moved = filterSeries(shifted(series, shift), defaultPrior());
        moved.mean.forEach((value, i) => {
          expect(value).toBeCloseTo(plain.mean[i]!, 8);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("gathers information that is positive semi-definite and never exceeds its prior's variance", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const state = filterSeries(oneSku(seed), defaultPrior());
        const { J } = rawInformation(state);
        expect(J[0]! + J[3]!).toBeGreaterThanOrEqual(0);
        expect(J[0]! * J[3]! - J[1]! * J[2]!).toBeGreaterThanOrEqual(-1e-9);
        expect(state.covariance[4]!).toBeLessThanOrEqual(state.prior.covariance[0]! + 1e-12);
        expect(state.covariance[8]!).toBeLessThanOrEqual(state.prior.covariance[3]! + 1e-12);
      }),
      { numRuns: 50 },
    );
  });

  it("resumed halfway equals one pass, and leaves the state it resumed from unchanged", () => {
    const series = oneSku(3);
    const half = { ...series, periods: series.periods.slice(0, 60) };
    const first = filterSeries(half, defaultPrior());
    const before = JSON.stringify(first);
    const resumed = filterSeries(series, defaultPrior(), DEFAULT_CONFIG, undefined, JSON.parse(before));
    expect(resumed).toEqual(filterSeries(series, defaultPrior()));
    filterSeries(series, defaultPrior(), DEFAULT_CONFIG, undefined, first);
    expect(JSON.stringify(first)).toBe(before);
  });

  it("without state noise and with a diffuse prior agrees with the batch quasi-Poisson regression", () => {
    const series = oneSku(5, { demand: 20, days: 200, levelSd: 0 });
    const still: FilterConfig = {
      ...DEFAULT_CONFIG,
      levelNoise: { "quasi-poisson": 0, "log-normal": 0 },
      reversion: 1,
    };
    const diffuse: Prior = { mean: [-2.4, 0.5], covariance: [400, 0, 0, 400] };
    const state = filterSeries(series, diffuse, still);
    const X = series.periods.map((row) => [
      1,
      row.logPrice - state.logPriceRef,
      row.logCompetitor! - state.logCompetitorRef!,
    ]);
    const { coefficients, standardErrors } = quasiPoisson(
      X,
      series.periods.map(({ units }) => units),
    );
    expect(Math.abs(state.mean[1]! / coefficients[1]! - 1)).toBeLessThan(0.05);
    expect(Math.abs(state.mean[1]! - coefficients[1]!)).toBeLessThan(0.3 * standardErrors[1]!);
    expect(Math.abs(state.mean[0]! / coefficients[0]! - 1)).toBeLessThan(0.02);
  });

  it("covariates that are always zero change nothing and produce no NaN", () => {
    const series = oneSku(7);
    const idle = {
      ...series,
      covariateNames: ["promo", "deal"],
      periods: series.periods.map((row) => ({ ...row, covariates: [0, 0] })),
    };
    const plain = filterSeries(series, defaultPrior());
    const wide = filterSeries(idle, defaultPrior(idle.covariateNames));
    expect(wide.mean.slice(0, 3)).toEqual(plain.mean.map((value) => expect.closeTo(value, 9)));
    expect(wide.covariance.every(Number.isFinite)).toBe(true);
    expect(wide.mean.slice(3)).toEqual([0, 0]);
  });

  it("learns the effect of an announced promotion apart from the price", () => {
    const series = oneSku(8, { demand: 20, competitorEffect: undefined });
    const promoted = {
      ...series,
      covariateNames: ["promo"],
      periods: series.periods.map((row, day) => {
        const promo = day % 30 < 5 ? 1 : 0;
        return { ...row, units: promo === 1 ? Math.round(row.units * 2) : row.units, covariates: [promo] };
      }),
    };
    const state = filterSeries(promoted, defaultPrior(promoted.covariateNames));
    expect(Math.abs(state.mean[3]! - Math.log(2))).toBeLessThan(0.15);
    expect(Math.abs(state.mean[1]! + 2.5)).toBeLessThan(0.6);
  });
});

describe("swapPrior", () => {
  const tight: Prior = { mean: [-3, 0.2], covariance: [0.2, 0.01, 0.01, 0.05] };

  it("to the same prior twice equals once, and back again restores the state", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const state = filterSeries(oneSku(seed, { days: 50 }), defaultPrior());
        const once = swapPrior(state, tight);
        const twice = swapPrior(once, tight);
        const back = swapPrior(once, defaultPrior());
        for (const [a, b] of [
          [once, twice],
          [state, back],
        ] as const) {
          expect(b.mean).toEqual(a.mean.map((value) => expect.closeTo(value, 7)));
          expect(b.covariance).toEqual(a.covariance.map((value) => expect.closeTo(value, 7)));
        }
      }),
      { numRuns: 30 },
    );
  });

  it("gives the posterior that filtering under the new prior gives, up to linearisation", () => {
    const series = oneSku(11, { demand: 20 });
    const swapped = swapPrior(filterSeries(series, defaultPrior()), tight);
    const direct = filterSeries(series, tight);
    expect(Math.abs(swapped.mean[1]! - direct.mean[1]!)).toBeLessThan(0.05);
    expect(Math.abs(swapped.covariance[4]! / direct.covariance[4]! - 1)).toBeLessThan(0.1);
  });
});
