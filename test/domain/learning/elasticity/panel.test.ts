import { describe, expect, it } from "vitest";
import { filterSeries } from "../../../../domain/learning/elasticity/filter.ts";
import type { Prior } from "../../../../domain/learning/elasticity/prior.ts";
import { posterior } from "../../../../domain/learning/elasticity/report.ts";
import { DEFAULT_CONFIG } from "../../../../domain/learning/elasticity/state.ts";
import { fitCatalogue } from "./support/fit.ts";
import { type PanelSku, panel } from "./support/panel.ts";

const SEEDS = Array.from({ length: 10 }, (_, i) => 101 + i);
const DIFFUSE: Prior = { mean: [-2.4, 0.5], covariance: [100, 0, 0, 0.13] };
const Z95 = 1.96;

interface Estimate {
  error: number;
  covered: boolean;
  demand: number;
}

function estimate(sku: PanelSku, mean: number, sd: number): Estimate {
  const error = mean - sku.truth;
  return { error, covered: Math.abs(error) <= Z95 * sd, demand: sku.meanDemand };
}

function under(sku: PanelSku, prior: Prior, reversion: number): Estimate {
  const state = filterSeries(sku.series, prior, { ...DEFAULT_CONFIG, reversion });
  const { mean, covariance } = posterior(state, prior);
  return estimate(sku, mean[0]!, Math.sqrt(covariance[0]!));
}

const rmse = (estimates: readonly Estimate[]) =>
  Math.sqrt(estimates.reduce((sum, { error }) => sum + error ** 2, 0) / estimates.length);
const coverage = (estimates: readonly Estimate[]) =>
  estimates.filter(({ covered }) => covered).length / estimates.length;

describe("open-loop panel, 10 seeds × 200 SKUs × 180 days", () => {
  const panels = SEEDS.map((seed) => panel(seed));
  const pooled = panels.flatMap((skus) =>
    fitCatalogue(skus.map(({ series }) => series)).reports.map(({ mean, sd }, i) =>
      estimate(skus[i]!, mean, sd),
    ),
  );
  const oracle = panels.flat().map((sku) => under(sku, sku.oracle, DEFAULT_CONFIG.reversion));
  // A diffuse prior must not lend its variance to the reversion noise.
  const diffuse = panels.flat().map((sku) => under(sku, DIFFUSE, 1 - 5e-7));

  it("comes close to the prior with the true hyperparameters and far ahead of a diffuse one", () => {
    expect(rmse(pooled) / rmse(oracle)).toBeLessThanOrEqual(1.08);
    expect(rmse(pooled) / rmse(diffuse)).toBeLessThanOrEqual(0.7);
    const bias = pooled.reduce((sum, { error }) => sum + error, 0) / pooled.length;
    expect(Math.abs(bias)).toBeLessThanOrEqual(0.1);
  });

  it("covers the truth with its 95 % intervals, overall and at every demand level", () => {
    expect(coverage(pooled)).toBeGreaterThanOrEqual(0.92);
    expect(coverage(pooled)).toBeLessThanOrEqual(0.97);
    for (const [low, high] of [
      [0, 1],
      [1, 5],
      [5, Number.POSITIVE_INFINITY],
    ] as const) {
      const band = pooled.filter(({ demand }) => demand >= low && demand < high);
      expect(coverage(band)).toBeGreaterThanOrEqual(0.9);
    }
  });
});
