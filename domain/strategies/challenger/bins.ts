import type { DemandRows } from "./rows.ts";

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
