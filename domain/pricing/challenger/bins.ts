import type { DemandRows } from "./panel.ts";

/** Most bins of a feature. */
export const BINS = 32;

/** Features as small integers: bin b of feature f holds the values in (cuts[f][b - 1], cuts[f][b]]. */
export interface BinnedRows {
  width: number;
  /** n × w, row-major: a row's bins lie side by side, as a histogram reads them */
  bins: Uint8Array;
  /** by feature, ascending upper bounds of all bins but the last */
  cuts: number[][];
}

/**
 * Upper bounds of at most `BINS` bins: halfway between the values if there are few, else at quantiles, so that
 * each bin holds about as many rows. Ties never straddle a bound.
 */
function cutsOf(column: Float64Array): number[] {
  const sorted = column.slice().sort();
  const distinct = [...new Set(sorted)];
  if (distinct.length <= BINS) {
    return distinct.slice(1).map((value, i) => distinct[i]! + (value - distinct[i]!) / 2);
  }
  const cuts: number[] = [];
  for (let b = 1; b < BINS; b++) {
    const cut = sorted[Math.floor((b * sorted.length) / BINS)]!;
    if (cut < sorted.at(-1)! && cut !== cuts.at(-1)) cuts.push(cut);
  }
  return cuts;
}

/** Number of cuts below a value. */
function binOf(cuts: readonly number[], value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value > cuts[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Bins every feature of the rows. */
export function binRows(rows: DemandRows): BinnedRows {
  const width = rows.schema.length;
  const count = rows.units.length;
  const bins = new Uint8Array(count * width);
  const column = new Float64Array(count);
  const cuts: number[][] = [];
  for (let f = 0; f < width; f++) {
    for (let i = 0; i < count; i++) column[i] = rows.features[i * width + f]!;
    const bounds = cutsOf(column);
    cuts.push(bounds);
    for (let i = 0; i < count; i++) bins[i * width + f] = binOf(bounds, column[i]!);
  }
  return { width, bins, cuts };
}

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
