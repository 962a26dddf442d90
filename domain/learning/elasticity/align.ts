import type { EmData } from "./em.ts";
import { designEffect } from "./spells.ts";
import type { Likelihood, Sufficient } from "./sufficient.ts";

/** Union of coefficient names: own, competitor, then the covariates in alphabetical order. */
export function unionNames(stats: readonly { names: readonly string[] }[]): string[] {
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
 * Information matrices and vectors of SKUs as pooling sees them: divided by their design effects, the filter's
 * deliberate over-dispersion taken out (hyperparameters need calibrated errors, a conservative error would
 * hide heterogeneity), in the order of `names`, zero where a SKU has no such coefficient.
 */
export function aligned(stats: readonly Likelihood[], alignment: Alignment): EmData {
  const { names, spellRatio, calibration } = alignment;
  const d = names.length;
  const data = {
    skus: stats.length,
    J: new Float64Array(stats.length * d * d),
    h: new Float64Array(stats.length * d),
  };
  stats.forEach((stat, sku) => {
    const { J, h } = stat;
    const own = stat.names.length;
    const share = 1 / (calibration * designEffect(stat.spells, spellRatio));
    const position = stat.names.map((name) => names.indexOf(name));
    for (let i = 0; i < own; i++) {
      if (position[i]! < 0) continue;
      data.h[sku * d + position[i]!] = h[i]! * share;
      for (let j = 0; j < own; j++) {
        const at = (sku * d + position[i]!) * d + position[j]!;
        if (position[j]! >= 0) data.J[at] = J[i * own + j]! * share;
      }
    }
  });
  return data;
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
