import { lgamma } from "../../domain/base/special-functions.ts";
import { filterWorkspace, startState, stepFilter } from "../../domain/learning/elasticity/filter.ts";
import type { Prior } from "../../domain/learning/elasticity/prior.ts";
import type { ElasticitySeries } from "../../domain/learning/elasticity/series.ts";
import type { FilterConfig } from "../../domain/learning/elasticity/state.ts";
import { predictUnits } from "./predict-units.ts";

/**
 * Candidate variances of the level per day, a factor of three apart around the daily default of 3 % per
 * day.
 */
const CANDIDATES = [0.0003, 0.0009, 0.0027, 0.0081, 0.0243];
const ROWS_BEFORE_SCORING = 3;

/**
 * Level noise of a set of count series by empirical Bayes: the candidate with the highest one-step
 * predictive likelihood (negative binomial with the filter's predictive mean and variance). Shops whose
 * level moves by half between months need far more than the default; daily data of settled shops choose the
 * default.
 */
export function chooseLevelNoise(
  catalogue: readonly ElasticitySeries[],
  prior: (series: ElasticitySeries) => Prior,
  config: FilterConfig,
): FilterConfig {
  let best = config;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const noise of CANDIDATES) {
    const candidate: FilterConfig = {
      ...config,
      levelNoise: { ...config.levelNoise, "quasi-poisson": noise },
    };
    let score = 0;
    for (const series of catalogue) score += predictiveScore(series, prior(series), candidate);
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

/** Sum of one-step log predictive probabilities after the first rows. */
function predictiveScore(series: ElasticitySeries, prior: Prior, config: FilterConfig): number {
  const state = startState(series, prior, config);
  const work = filterWorkspace();
  let score = 0;
  for (const row of series.periods) {
    if (state.count >= ROWS_BEFORE_SCORING) {
      const { mean, variance } = predictUnits(state, row, config);
      score += negativeBinomialLogProbability(row.units, mean, variance);
    }
    stepFilter(state, row, work, config);
  }
  return score;
}

/** ln P(Y = y) of the negative binomial with the given mean and variance (Poisson when they are equal). */
function negativeBinomialLogProbability(y: number, mean: number, variance: number): number {
  const size = (mean * mean) / Math.max(variance - mean, 1e-6 * mean);
  const success = y > 0 ? y * Math.log(mean / (size + mean)) : 0;
  return lgamma(y + size) - lgamma(size) - lgamma(y + 1) + size * Math.log(size / (size + mean)) + success;
}
