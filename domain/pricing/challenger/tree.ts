import { type BinnedRows, type Histogram, histogramOf, subtractHistogram, type Targets } from "./bins.ts";
import { type Bounds, bestSplit, leafValue, type NodeSums, type SplitRules } from "./split.ts";

/**
 * A regression tree as parallel arrays, node 0 the root. Plain JSON. At an inner node a row goes to `left` + 1
 * if its feature exceeds the threshold, else to `left`; a leaf has left = 0 and adds its value to the log mean.
 */
export interface Tree {
  feature: number[];
  threshold: number[];
  left: number[];
  value: number[];
}

interface GrowthRules extends SplitRules {
  /** most splits between the root and a leaf */
  depth: number;
  /** share of a leaf's value that is added */
  rate: number;
}

/** The value of the leaf that a row falls into; `at` is where its features start. Not a number goes left. */
export function treeValue(tree: Tree, features: ArrayLike<number>, at: number): number {
  const { feature, threshold, left, value } = tree;
  let node = 0;
  for (let child = left[0]!; child !== 0; child = left[node]!) {
    node = features[at + feature[node]!]! > threshold[node]! ? child + 1 : child;
  }
  return value[node]!;
}

interface Growing {
  binned: BinnedRows;
  targets: Targets;
  order: Uint32Array;
  features: readonly number[];
  rules: GrowthRules;
  tree: Tree;
  scratch: Uint32Array;
}

interface Node {
  index: number;
  range: readonly [number, number];
  bounds: Bounds;
  depth: number;
}

function addLeaf({ feature, threshold, left, value }: Tree): number {
  threshold.push(0);
  left.push(0);
  value.push(0);
  return feature.push(0) - 1;
}

function sumsOf(
  { units, mean }: Targets,
  order: Uint32Array,
  [from, to]: readonly [number, number],
): NodeSums {
  const sums = { units: 0, mean: 0, rows: to - from };
  for (let i = from; i < to; i++) {
    sums.units += units[order[i]!]!;
    sums.mean += mean[order[i]!]!;
  }
  return sums;
}

/** Moves the rows that go left before the others, each side in its order. Returns where the right side starts. */
function partition(
  { order, scratch, binned }: Growing,
  [from, to]: readonly [number, number],
  feature: number,
  bin: number,
): number {
  let next = from;
  let right = 0;
  for (let i = from; i < to; i++) {
    const row = order[i]!;
    if (binned.bins[row * binned.width + feature]! <= bin) order[next++] = row;
    else scratch[right++] = row;
  }
  order.set(scratch.subarray(0, right), next);
  return next;
}

function grow(growing: Growing, node: Node, sums: Histogram | null): void {
  const { binned, targets, order, features, rules, tree } = growing;
  const { index, range, bounds, depth } = node;
  const [from, to] = range;
  const totals = sumsOf(targets, order, range);
  const split = sums === null ? null : bestSplit(sums, totals, bounds, features, rules);
  if (sums === null || split === null) {
    tree.value[index] = rules.rate * leafValue(totals, bounds, rules.pseudoUnits);
    return;
  }
  const middle = partition(growing, range, split.feature, split.bin);
  tree.feature[index] = split.feature;
  tree.threshold[index] = binned.cuts[split.feature]![split.bin]!;
  const left = addLeaf(tree);
  tree.left[index] = left;
  const right = addLeaf(tree);
  const leftNode = { index: left, range: [from, middle], bounds: split.left, depth: depth + 1 } as const;
  const rightNode = { index: right, range: [middle, to], bounds: split.right, depth: depth + 1 } as const;
  if (depth + 1 >= rules.depth) {
    grow(growing, leftNode, null);
    grow(growing, rightNode, null);
    return;
  }
  const leftIsSmall = middle - from < to - middle;
  const small = histogramOf(binned, targets, order, (leftIsSmall ? leftNode : rightNode).range, features);
  const large = subtractHistogram(sums, small);
  grow(growing, leftNode, leftIsSmall ? small : large);
  grow(growing, rightNode, leftIsSmall ? large : small);
}

/**
 * Grows one tree on the sampled rows (repeated as often as they were drawn; reordered in place) and features, by exact Poisson
 * likelihood: the mean before the tree times exp(value).
 */
export function growTree(
  binned: BinnedRows,
  targets: Targets,
  sample: Uint32Array,
  features: readonly number[],
  rules: GrowthRules,
): Tree {
  const tree: Tree = { feature: [], threshold: [], left: [], value: [] };
  const scratch = new Uint32Array(sample.length);
  const growing: Growing = { binned, targets, order: sample, features, rules, tree, scratch };
  const bounds = { lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY };
  const range = [0, sample.length] as const;
  const sums = rules.depth > 0 ? histogramOf(binned, targets, sample, range, features) : null;
  grow(growing, { index: addLeaf(tree), range, bounds, depth: 0 }, sums);
  return tree;
}
