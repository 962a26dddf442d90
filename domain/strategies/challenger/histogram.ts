import { BINS, type BinnedRows } from "./bins.ts";

/** Sums per bin, interleaved: units sold, units expected, rows. Slot of bin b of feature f: (f · BINS + b) · 3. */
export type Histogram = Float64Array;

const SUMS = 3;

/** Where the sums of a feature's first bin are. */
export function slotOf(feature: number, bin = 0): number {
  return (feature * BINS + bin) * SUMS;
}

/** What a tree is grown on: units sold and the mean expected before the tree, by row. */
export interface Targets {
  units: Float64Array;
  mean: Float64Array;
}

/** The sums over the rows order[from..to) for some of the features. */
export function histogramOf(
  { width, bins }: BinnedRows,
  { units, mean }: Targets,
  order: Uint32Array,
  [from, to]: readonly [number, number],
  features: readonly number[],
): Histogram {
  const sums = new Float64Array(slotOf(width));
  const used = features.length;
  for (let i = from; i < to; i++) {
    const row = order[i]!;
    const y = units[row]!;
    const m = mean[row]!;
    const base = row * width;
    for (let j = 0; j < used; j++) {
      const feature = features[j]!;
      const slot = (feature * BINS + bins[base + feature]!) * SUMS;
      sums[slot]! += y;
      sums[slot + 1]! += m;
      sums[slot + 2]! += 1;
    }
  }
  return sums;
}

/** Turns a node's histogram into that of one child, given the other's: half of the rows need not be read. */
export function subtractHistogram(node: Histogram, child: Histogram): Histogram {
  for (let i = 0; i < node.length; i++) node[i]! -= child[i]!;
  return node;
}
