import type { FilterState } from "../../domain/learning/elasticity/state.ts";

/**
 * Regression of levels on reference price across SKUs: ln demand = intercept + slope·ln P_ref ± √variance.
 */
export interface LevelPool {
  intercept: number;
  slope: number;
  variance: number;
}

const ITERATIONS = 20;
const VARIANCE_MIN = 0.05;

/**
 * Random-effects regression of the SKUs' current levels on their reference prices; the between-SKU variance
 * by iterated moments (DerSimonian and Laird 1986). Needs at least three SKUs, else an uninformative pool.
 */
export function poolLevels(states: readonly FilterState[]): LevelPool {
  const rows = states
    .filter((state) => state.count > 0)
    .map((state) => ({ x: state.logPriceRef, y: state.mean[0]!, v: state.covariance[0]! }));
  if (rows.length < 3) return { intercept: 0, slope: 0, variance: 1e6 };
  let variance = 1;
  let line = { intercept: 0, slope: 0 };
  for (let k = 0; k < ITERATIONS; k++) {
    const weights = rows.map(({ v }) => 1 / (v + variance));
    line = weightedLine(rows, weights);
    const total = weights.reduce((sum, w) => sum + w, 0);
    const residual = rows.reduce(
      (sum, { x, y, v }, i) => sum + weights[i]! * ((y - line.intercept - line.slope * x) ** 2 - v),
      0,
    );
    variance = Math.max(VARIANCE_MIN, (residual / total) * (rows.length / (rows.length - 2)));
  }
  return { ...line, variance };
}

function weightedLine(rows: readonly { x: number; y: number }[], weights: readonly number[]) {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mx = rows.reduce((sum, { x }, i) => sum + weights[i]! * x, 0) / total;
  const my = rows.reduce((sum, { y }, i) => sum + weights[i]! * y, 0) / total;
  const sxx = rows.reduce((sum, { x }, i) => sum + weights[i]! * (x - mx) ** 2, 0);
  const sxy = rows.reduce((sum, { x, y }, i) => sum + weights[i]! * (x - mx) * (y - my), 0);
  const slope = sxx > 1e-9 ? sxy / sxx : 0;
  return { intercept: my - slope * mx, slope };
}

/**
 * Shift of a SKU's level toward the pool for a forecast: posterior mean of the level `levelVariance`
 * uncertain (its own variance plus the noise to the horizon) under N(pool line, pool variance), minus the
 * level itself.
 */
export function levelShift(state: FilterState, pool: LevelPool, levelVariance: number): number {
  const target = pool.intercept + pool.slope * state.logPriceRef;
  return (levelVariance / (levelVariance + pool.variance)) * (target - state.mean[0]!);
}
