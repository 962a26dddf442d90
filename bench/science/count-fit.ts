import { filterSeries } from "../../domain/learning/elasticity/filter.ts";
import { pool } from "../../domain/learning/elasticity/pool.ts";
import { defaultPrior } from "../../domain/learning/elasticity/prior.ts";
import type { ElasticitySeries } from "../../domain/learning/elasticity/series.ts";
import { skuPrior } from "../../domain/learning/elasticity/sku-prior.ts";
import { DEFAULT_CONFIG, type FilterConfig } from "../../domain/learning/elasticity/state.ts";
import { sufficientOf, swapPrior } from "../../domain/learning/elasticity/sufficient.ts";
import { chooseLevelNoise } from "./level-noise.ts";
import { levelShift, poolLevels } from "./level-pool.ts";
import { expectedLogUnits, predictLog } from "./predict-units.ts";

/** Filter, pool, finish over a catalogue of count series. */
export function fitCounts(catalogue: readonly ElasticitySeries[], config: FilterConfig = DEFAULT_CONFIG) {
  const states = catalogue.map((series) => filterSeries(series, defaultPrior(series.covariateNames), config));
  const stats = states.map(sufficientOf);
  const hyper = pool(stats);
  const priors = stats.map((stat) => skuPrior(hyper, stat));
  return { hyper, priors, states: states.map((state, i) => swapPrior(state, priors[i]!)) };
}

/** Fits on `training` and predicts ln units of every row of `later` whose SKU was fitted. */
export function holdOutLogUnits(training: readonly ElasticitySeries[], later: readonly ElasticitySeries[]) {
  const config = chooseLevelNoise(training, (series) => defaultPrior(series.covariateNames), DEFAULT_CONFIG);
  const { states } = fitCounts(training, config);
  const levels = poolLevels(states);
  const bySku = new Map(states.map((state) => [state.sku, state]));
  const errors: number[] = [];
  const skus = new Set<string>();
  for (const series of later) {
    const state = bySku.get(series.sku);
    if (state === undefined) continue;
    skus.add(series.sku);
    for (const row of series.periods) {
      const prediction = predictLog(state, row, config);
      const noise = config.levelNoise["quasi-poisson"] * (row.t - state.lastT);
      const mean = prediction.mean + levelShift(state, levels, state.covariance[0]! + noise);
      errors.push(Math.log(row.units) - expectedLogUnits(state, mean));
    }
  }
  return {
    rmse: Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length),
    bias: errors.reduce((sum, e) => sum + e, 0) / errors.length,
    rows: errors.length,
    skus: skus.size,
    levelNoise: config.levelNoise["quasi-poisson"],
  };
}
