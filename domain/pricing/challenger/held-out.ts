import { type ChallengerModel, predictLogMean } from "./config.ts";
import type { DemandRows } from "./panel.ts";
import { type Promotion, promotionOf } from "./promotion.ts";

/** How a demand model did on days of SKUs that the challenger was not trained on. */
interface HeldOutScore {
  /** mean Poisson deviance per day, 2·(y·log(y/μ) − (y − μ)) */
  deviance: number;
  /**
   * variance of its price slope's error between SKUs; null if prices did not vary enough to tell
   */
  slopeVariance: number | null;
}

/** The same days under three models: no price effect at all, the filter's, the challenger's. */
export interface HeldOutReport {
  rows: number;
  groups: number;
  offset: HeldOutScore;
  filter: HeldOutScore;
  challenger: HeldOutScore;
  /** whether the challenger beats the filter and may set prices */
  promotion: Promotion;
}

/** Poisson deviance of one observation, McCullagh and Nelder (1989), section 2.3. */
function deviance(units: number, mean: number): number {
  return 2 * ((units > 0 ? units * Math.log(units / mean) : 0) - (units - mean));
}

/** Sums of one SKU: of means, of the log price ratio and its square under them, and of residuals. */
interface SlopeSums {
  mean: number;
  first: number;
  second: number;
  residual: number;
  score: number;
}

/**
 * Variance between SKUs of the error of a model's price slope. A SKU's error is one Newton step of its deviance in an
 * additional slope, at its own level: δ = S/I with S = Σ (y − μ)(x − x̄) and I = Σ μ (x − x̄)²; it has variance τ² + φ/I.
 * τ² by moments (DerSimonian and Laird 1986, about zero: a bias counts as error), plus the pooled sampling variance.
 */
function slopeVariance(sums: Iterable<SlopeSums>, phi: number): number | null {
  let information = 0;
  let squares = 0;
  let groups = 0;
  for (const { mean, first, second, residual, score } of sums) {
    const own = second - (first * first) / mean;
    if (!(own > 1e-9 * mean)) continue;
    const centred = score - (residual * first) / mean;
    information += own;
    squares += (centred * centred) / own;
    groups++;
  }
  if (groups === 0) return null;
  return (Math.max(0, squares - groups * phi) + phi) / information;
}

/** Scores a model, given as the log mean of each row. */
function scoreOf(rows: DemandRows, logMeans: Float64Array): HeldOutScore {
  const width = rows.schema.length;
  const bySku = new Map<number, SlopeSums>();
  let total = 0;
  let pearson = 0;
  for (let i = 0; i < rows.units.length; i++) {
    const units = rows.units[i]!;
    const mean = Math.exp(logMeans[i]!);
    const x = rows.features[i * width]!;
    total += deviance(units, mean);
    pearson += (units - mean) ** 2 / mean;
    const group = rows.group[i]!;
    const sums = bySku.get(group) ?? { mean: 0, first: 0, second: 0, residual: 0, score: 0 };
    bySku.set(group, sums);
    sums.mean += mean;
    sums.first += mean * x;
    sums.second += mean * x * x;
    sums.residual += units - mean;
    sums.score += (units - mean) * x;
  }
  const count = Math.max(1, rows.units.length);
  const phi = Math.max(1, pearson / count);
  return { deviance: total / count, slopeVariance: slopeVariance(bySku.values(), phi) };
}

/** Judges the model on rows it was not trained on. The plain offset is raised to the training rows' level. */
export function heldOutReport(rows: DemandRows, model: ChallengerModel): HeldOutReport {
  const { offset, priceEffect, features, schema } = rows;
  const withoutPrice = offset.slice();
  const filter = offset.slice();
  const challenger = offset.slice();
  for (let i = 0; i < offset.length; i++) {
    withoutPrice[i] = offset[i]! + model.base;
    filter[i] = offset[i]! + priceEffect[i]!;
    challenger[i] = predictLogMean(model, features, offset[i]!, i * schema.length);
  }
  return {
    rows: rows.units.length,
    groups: new Set(rows.group).size,
    offset: scoreOf(rows, withoutPrice),
    filter: scoreOf(rows, filter),
    challenger: scoreOf(rows, challenger),
    promotion: promotionOf(rows, { filter, challenger }),
  };
}
