import { BINS, type Histogram, slotOf } from "./bins.ts";
import type { Feature } from "./features.ts";

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

interface Split {
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
