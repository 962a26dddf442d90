import { BINS, type Histogram, slotOf } from "./bins.ts";
import { type ChallengerModel, predictLogMean } from "./config.ts";
import type { DemandRows, Feature } from "./panel.ts";
import { type Promotion, promotionOf } from "./promotion.ts";

/** What the values of a node's leaves have to lie within. */
export interface Bounds {
  lo: number;
  hi: number;
}

/** The sums of a node: units sold, units expected, rows. */
export interface NodeSums {
  units: number;
  mean: number;
  rows: number;
}

export interface SplitRules {
  schema: readonly Feature[];
  /** least rows of a leaf */
  rowsPerLeaf: number;
  /** units, sold as expected, that a leaf starts from: shrinks small leaves to no change */
  pseudoUnits: number;
}

export interface Split {
  feature: number;
  /** rows up to this bin go left */
  bin: number;
  left: Bounds;
  right: Bounds;
}

/** A gain in log-likelihood below this is rounding. */
const GAIN_MIN = 1e-9;

/**
 * The log factor that fits a leaf best: the Poisson maximum likelihood log(Y/M) shrunk by the pseudo units,
 * within its bounds.
 */
export function leafValue({ units, mean }: NodeSums, { lo, hi }: Bounds, pseudoUnits: number): number {
  // Sums by subtraction may be off zero by rounding.
  const value = Math.log((units + pseudoUnits) / (Math.max(0, mean) + pseudoUnits));
  return Math.min(hi, Math.max(lo, value));
}

/** Penalised Poisson log-likelihood of a leaf at a log factor, relative to no change. */
function merit({ units, mean }: NodeSums, value: number, pseudoUnits: number): number {
  return (units + pseudoUnits) * value - (mean + pseudoUnits) * Math.expm1(value);
}

/**
 * A split on a monotone feature keeps what is below one side's midpoint from what is above it, in all later
 * splits too.
 */
function childBounds(bounds: Bounds, monotone: number, left: number, right: number): [Bounds, Bounds] {
  if (monotone === 0) return [bounds, bounds];
  const middle = (left + right) / 2;
  const lower = { lo: bounds.lo, hi: middle };
  const upper = { lo: middle, hi: bounds.hi };
  return monotone < 0 ? [upper, lower] : [lower, upper];
}

/**
 * The split with the largest gain in likelihood that leaves enough rows on both sides and violates no
 * monotone constraint, or null. Of equal gains the first feature and the lowest bin win.
 */
export function bestSplit(
  sums: Histogram,
  node: NodeSums,
  bounds: Bounds,
  features: readonly number[],
  { schema, rowsPerLeaf, pseudoUnits }: SplitRules,
): Split | null {
  const unsplit = merit(node, leafValue(node, bounds, pseudoUnits), pseudoUnits);
  let best: Split | null = null;
  let bestGain = GAIN_MIN;
  for (const feature of features) {
    const { monotone } = schema[feature]!;
    const left: NodeSums = { units: 0, mean: 0, rows: 0 };
    for (let bin = 0; bin < BINS - 1; bin++) {
      const slot = slotOf(feature, bin);
      if (sums[slot + 2] === 0) continue;
      left.units += sums[slot]!;
      left.mean += sums[slot + 1]!;
      left.rows += sums[slot + 2]!;
      if (left.rows < rowsPerLeaf) continue;
      if (node.rows - left.rows < rowsPerLeaf) break;
      const right = {
        units: node.units - left.units,
        mean: node.mean - left.mean,
        rows: node.rows - left.rows,
      };
      const leftValue = leafValue(left, bounds, pseudoUnits);
      const rightValue = leafValue(right, bounds, pseudoUnits);
      if ((rightValue - leftValue) * monotone < 0) continue;
      const gain = merit(left, leftValue, pseudoUnits) + merit(right, rightValue, pseudoUnits) - unsplit;
      if (gain <= bestGain) continue;
      bestGain = gain;
      const [leftBounds, rightBounds] = childBounds(bounds, monotone, leftValue, rightValue);
      best = { feature, bin, left: leftBounds, right: rightBounds };
    }
  }
  return best;
}

/** How a demand model did on days of SKUs that the challenger was not trained on. */
export interface HeldOutScore {
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
