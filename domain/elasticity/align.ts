import { designEffect } from "./spells.ts";
import type { Likelihood, Sufficient } from "./sufficient.ts";

/** Union of coefficient names: own, competitor, then the covariates in alphabetical order. */
export function unionNames(stats: readonly Sufficient[]): string[] {
  const covariates = new Set(stats.flatMap((stat) => stat.names.slice(2)));
  return ["own", "competitor", ...[...covariates].sort()];
}

/** What aligning needs of the pool. */
export interface Alignment {
  names: readonly string[];
  spellRatio: number;
  calibration: number;
}

/**
 * Information matrix and vector of a SKU as pooling sees them: divided by its design effect, the filter's
 * deliberate over-dispersion taken out (hyperparameters need calibrated errors, a conservative error would
 * hide heterogeneity), in the order of `names`, zero where the SKU has no such coefficient.
 */
export function aligned(stat: Likelihood, alignment: Alignment): { J: Float64Array; h: Float64Array } {
  const { names, spellRatio, calibration } = alignment;
  const d = names.length;
  const own = stat.names.length;
  const share = 1 / (calibration * designEffect(stat.spells, spellRatio));
  const position = stat.names.map((name) => names.indexOf(name));
  const J = new Float64Array(d * d);
  const h = new Float64Array(d);
  for (let i = 0; i < own; i++) {
    if (position[i]! < 0) continue;
    h[position[i]!] = stat.h[i]! * share;
    for (let j = 0; j < own; j++) {
      if (position[j]! >= 0) J[position[i]! * d + position[j]!] = stat.J[i * own + j]! * share;
    }
  }
  return { J, h };
}

const CALIBRATION_MIN = 0.7;
const CALIBRATION_PRIOR_ROWS = 200;

/**
 * Mean square of the standardised residuals of all count series, held at 1 by 200 rows, within .7..1. (A
 * log-normal series' variance is not inflated against its residuals in the same way: 1.)
 */
export function residualCalibration(stats: readonly Sufficient[]): number {
  let squares = CALIBRATION_PRIOR_ROWS;
  let rows = CALIBRATION_PRIOR_ROWS;
  for (const { residuals, observation } of stats) {
    if (observation !== "quasi-poisson") continue;
    for (const e of residuals) {
      squares += e * e;
      if (e !== 0) rows++;
    }
  }
  return Math.min(1, Math.max(CALIBRATION_MIN, squares / rows));
}
