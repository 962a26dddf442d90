import { key, mix, poisson, uniformOf } from "../../base/keyed-random.ts";
import type { DemandRows } from "./panel.ts";

const ROW_STREAM = 1;
const FEATURE_STREAM = 2;
const GROUP_STREAM = 3;

/** A hash per row from its SKU and day: the same row is drawn whatever the panel around it. */
export function rowHashes({ group, time }: DemandRows, seed: number): Uint32Array {
  const root = key(seed, ROW_STREAM);
  return Uint32Array.from(group, (sku, i) => mix(mix(root, sku | 0), time[i]!));
}

/** The rows of a tree, each with probability `share`. */
export function sampledRows(hashes: Uint32Array, tree: number, share: number): Uint32Array {
  const rows = new Uint32Array(hashes.length);
  let count = 0;
  for (let i = 0; i < hashes.length; i++) {
    if (mix(hashes[i]!, tree) < share * 2 ** 32) rows[count++] = i;
  }
  return rows.slice(0, count);
}

/** A bootstrap sample: each row Poisson(1) times, which is the limit of drawing with replacement. */
export function bootstrapRows(hashes: Uint32Array, tree: number): Uint32Array {
  const rows: number[] = [];
  for (let i = 0; i < hashes.length; i++) {
    for (let left = poisson(1, uniformOf(mix(hashes[i]!, tree))); left > 0; left--) rows.push(i);
  }
  return Uint32Array.from(rows);
}

/** Ascending positions of round(share · width) of the features, at least one. */
export function sampledFeatures(width: number, tree: number, share: number, seed: number): number[] {
  const drawn = Array.from({ length: width }, (_, f) => ({ f, u: key(seed, FEATURE_STREAM, tree, f) }));
  drawn.sort((a, b) => a.u - b.u || a.f - b.f);
  return drawn
    .slice(0, Math.max(1, Math.round(share * width)))
    .map(({ f }) => f)
    .sort((a, b) => a - b);
}

/** Whether a SKU's rows are kept out of the training. */
export function isHeldOut(group: number, share: number, seed: number): boolean {
  return uniformOf(key(seed, GROUP_STREAM, group)) < share;
}
