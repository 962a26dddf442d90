import { describe, expect, it } from "vitest";
import { forecastWeekly } from "../../../../bench/science/forecast-weekly.ts";
import { normal, uniform } from "../../../../domain/base/keyed-random.ts";
import { filterLevel, smoothLevel } from "../../../../domain/learning/elasticity/local-level.ts";
import { elasticityReport } from "../../../../domain/learning/elasticity/report.ts";
import type { ElasticitySeries } from "../../../../domain/learning/elasticity/series.ts";
import { fitWeekly } from "../../../../domain/learning/elasticity/weekly.ts";

const WEEKS = 80;
const HELD_OUT = 20;
const NOISE_SD = 0.3;
const SHOCK_SD = 0.25;

/**
 * Stores × brands of weekly totals: shared brand-week shocks, wandering levels, deals, elasticities by
 * brand.
 */
function stores(seed: number, brands = 4, perBrand = 25) {
  return Array.from({ length: brands * perBrand }, (_, i) => {
    const brand = i % brands;
    const elasticity = -2 - 0.5 * brand + 0.4 * normal(seed, 1, i);
    let level = 7 + 0.5 * normal(seed, 2, i);
    const periods = Array.from({ length: WEEKS }, (_unused, week) => {
      level += 0.05 * normal(seed, 3, i, week);
      const deal = uniform(seed, 4, brand, week) < 0.25 ? 1 : 0;
      const ratio = 0.08 * normal(seed, 5, i, week) - 0.2 * deal * uniform(seed, 6, brand, week);
      const rival = 0.1 * normal(seed, 7, i, week);
      const shock = SHOCK_SD * normal(seed, 8, brand, week) + NOISE_SD * normal(seed, 9, i, week);
      return {
        t: 7 * week,
        units: Math.exp(level + elasticity * ratio + 0.6 * rival + 0.3 * deal + shock),
        logPrice: 1 + ratio,
        logCompetitor: 1 + rival,
        exposure: 1,
        covariates: [deal],
      };
    });
    const series: ElasticitySeries = {
      sku: `s${String(i).padStart(3, "0")}`,
      category: `b${brand}`,
      period: "week",
      covariateNames: ["deal"],
      periods,
    };
    return { series, elasticity };
  });
}

const before = ({ series }: { series: ElasticitySeries }) => ({
  ...series,
  periods: series.periods.slice(0, WEEKS - HELD_OUT),
});

describe("fitWeekly", () => {
  const panel = stores(1);
  const fit = fitWeekly(panel.map(before));
  const reports = fit.states.map((state, i) =>
    elasticityReport(state, fit.priors[i]!, { asOf: "2026-01-01T00:00:00Z", modelVersion: "test" }),
  );

  it("recovers each series' elasticity, and no wrong sign", () => {
    const errors = reports.map(({ mean }, i) => mean - panel[i]!.elasticity);
    const rmse = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
    expect(rmse).toBeLessThan(0.4);
    expect(reports.every(({ mean }) => mean < 0)).toBe(true);
    const covered = reports.filter(
      ({ ci95 }, i) => ci95[0] <= panel[i]!.elasticity && panel[i]!.elasticity <= ci95[1],
    );
    expect(covered.length / reports.length).toBeGreaterThan(0.88);
  });

  it("forecasts ln units near the noise floor with honest bands", () => {
    let squares = 0;
    let in80 = 0;
    let in95 = 0;
    let rows = 0;
    panel.forEach(({ series }, i) => {
      for (const row of series.periods.slice(WEEKS - HELD_OUT)) {
        const { mean, ci80, ci95 } = forecastWeekly(fit, fit.states[i]!, row);
        const z = Math.log(row.units);
        squares += (z - mean) ** 2;
        if (ci80[0] <= z && z <= ci80[1]) in80++;
        if (ci95[0] <= z && z <= ci95[1]) in95++;
        rows++;
      }
    });
    expect(Math.sqrt(squares / rows)).toBeLessThan(1.25 * Math.hypot(NOISE_SD, SHOCK_SD));
    expect(in80 / rows).toBeGreaterThan(0.75);
    expect(in80 / rows).toBeLessThan(0.86);
    expect(in95 / rows).toBeGreaterThan(0.92);
  });

  it("finds the shocks that the stores of a brand share", () => {
    const shocks = fit.shocks.b0!;
    const truth = Object.keys(shocks).map((t) => SHOCK_SD * normal(1, 8, 0, Number(t) / 7));
    const found = Object.values(shocks);
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(dot(truth, found) / Math.sqrt(dot(truth, truth) * dot(found, found))).toBeGreaterThan(0.85);
  });

  it("does not depend on the order of the series", () => {
    const reversed = fitWeekly(panel.map(before).reverse());
    expect(JSON.stringify(reversed)).toBe(JSON.stringify(fit));
  });

  it("a covariate that never varies leaves the own elasticities alone", () => {
    const idle = panel.map(before).map((series) => ({
      ...series,
      covariateNames: ["deal", "feat"],
      periods: series.periods.map((row) => ({ ...row, covariates: [...row.covariates!, 0] })),
    }));
    const wide = fitWeekly(idle);
    wide.states.forEach((state, i) => {
      expect(state.mean[1]!).toBeCloseTo(fit.states[i]!.mean[1]!, 6);
      expect(state.covariance.every(Number.isFinite)).toBe(true);
    });
  });
});

describe("local level", () => {
  it("of a constant series is the constant, of no noise the series itself", () => {
    const still = filterLevel([2, 2, 2], [0, 1, 1], 0.01, 0.1);
    expect([...still.mean]).toEqual([2, 2, 2].map((value) => expect.closeTo(value, 5)));
    expect([...smoothLevel([1, 5, 3], [0, 1, 1], 1, 1e-9).mean]).toEqual(
      [1, 5, 3].map((v) => expect.closeTo(v, 5)),
    );
  });

  it("smoothed without drift is the mean of the values", () => {
    expect([...smoothLevel([1, 2, 6], [0, 1, 1], 0, 1).mean]).toEqual(
      [3, 3, 3].map((v) => expect.closeTo(v, 4)),
    );
  });
});
