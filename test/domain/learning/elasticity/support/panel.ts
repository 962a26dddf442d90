import { gamma, normal, poisson, uniform } from "../../../../../domain/base/keyed-random.ts";
import type { Prior } from "../../../../../domain/learning/elasticity/prior.ts";
import type { ElasticitySeries } from "../../../../../domain/learning/elasticity/series.ts";

/** A SKU of the panel: its data, the truth at the last day, and the prior with the true hyperparameters. */
export interface PanelSku {
  series: ElasticitySeries;
  truth: number;
  meanDemand: number;
  oracle: Prior;
}

const DAYS = 180;
const CATEGORIES = 10;
const SKU_SD = 0.3;
const LEVEL_SD = 0.035;
const DRIFT_SD = 0.004;
const SIZE = 6;

/**
 * Open-loop panel: negative binomial sales at prices redrawn weekly within ±10 %, a wandering level, a
 * drifting elasticity and, for most SKUs, one competitor with sticky prices. Demand per day is log-normal
 * around 3 units.
 */
export function panel(seed: number, skus = 200): PanelSku[] {
  return Array.from({ length: skus }, (_, i) => panelSku(seed, i));
}

function panelSku(seed: number, i: number): PanelSku {
  const c = i % CATEGORIES;
  const centre = clip(2.5 + 0.5 * normal(seed, 1, c), 1.7, 3.6);
  const elasticity = clip(Math.exp(Math.log(centre) + SKU_SD * normal(seed, 10, i)), 1.2, 5);
  const meanDemand = clip(Math.exp(Math.log(3) + 1.2 * normal(seed, 11, i)), 0.1, 150);
  const cross = clip(0.6 + 0.3 * normal(seed, 15, i), 0, 1.5);
  const hasRival = uniform(seed, 17, i) > 0.15;
  let level = 0.2 * normal(seed, 20, i);
  let drift = 0;
  let rival = 0;
  const periods = Array.from({ length: DAYS }, (_, t) => {
    level = 0.985 * level + LEVEL_SD * normal(seed, 21, i, t);
    drift += DRIFT_SD * normal(seed, 22, i, t);
    if (uniform(seed, 30, i, t) < 0.05) rival = -0.03 + 0.1 * normal(seed, 40, i, t);
    const logRatio = 0.1 * (2 * uniform(seed, 50, i, Math.floor(t / 7)) - 1);
    const log = level - elasticity * Math.exp(drift) * logRatio + (hasRival ? cross * rival : 0);
    const mean = meanDemand * Math.exp(log) * (gamma(SIZE, seed, 51, i, t) / SIZE);
    return {
      t: 20_000 + t,
      units: poisson(mean, uniform(seed, 52, i, t)),
      logPrice: 3 + logRatio,
      logCompetitor: hasRival ? 3 + rival : null,
      exposure: 1,
    };
  });
  const mean = -centre * Math.exp(SKU_SD ** 2 / 2);
  return {
    series: { sku: `sku-${String(i).padStart(3, "0")}`, category: `c${c}`, period: "day", periods },
    truth: -elasticity * Math.exp(drift),
    meanDemand,
    oracle: { mean: [mean, 0.6], covariance: [(SKU_SD * centre) ** 2, 0, 0, 0.3 ** 2] },
  };
}

function clip(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
