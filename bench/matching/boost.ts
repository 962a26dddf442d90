import { uniform } from "../../domain/base/keyed-random.ts";
import type { TreeNode } from "../../domain/matching/trees.ts";

/** How the trees are grown. */
export interface BoostOptions {
  trees: number;
  depth: number;
  rate: number;
  /** least sum of second derivatives in a leaf */
  leafWeight: number;
  /** shrinks leaves */
  ridge: number;
  rowShare: number;
  featureShare: number;
}

const BINS = 48;

/** Boosted trees on the logistic loss with second derivatives (Chen and Guestrin 2016), on binned features. */
export function boost(
  rows: readonly number[][],
  labels: readonly number[],
  options: BoostOptions,
  seed: number,
) {
  const edges = binEdges(rows);
  const binned = rows.map((row) => Uint8Array.from(row, (value, f) => binOf(edges[f]!, value)));
  const mean = labels.reduce((sum, one) => sum + one, 0) / labels.length;
  const start = Math.log(mean / (1 - mean));
  const scores = new Float64Array(rows.length).fill(start);
  const trees: TreeNode[][] = [];
  for (let t = 0; t < options.trees; t++) {
    const gradients = new Float64Array(rows.length);
    const curvatures = new Float64Array(rows.length);
    const sample: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      const p = 1 / (1 + Math.exp(-scores[i]!));
      gradients[i] = labels[i]! - p;
      curvatures[i] = p * (1 - p);
      if (uniform(seed, t, i) < options.rowShare) sample.push(i);
    }
    const features = edges.map((_, f) => f).filter((f) => uniform(seed, t, -1, f) < options.featureShare);
    const nodes: TreeNode[] = [];
    grow(nodes, { binned, edges, gradients, curvatures, features, options }, sample, 0);
    trees.push(nodes);
    for (let i = 0; i < rows.length; i++) scores[i]! += leafOf(nodes, rows[i]!);
  }
  return { start, trees };
}

interface Growing {
  binned: readonly Uint8Array[];
  edges: readonly number[][];
  gradients: Float64Array;
  curvatures: Float64Array;
  features: readonly number[];
  options: BoostOptions;
}

function grow(nodes: TreeNode[], growing: Growing, sample: readonly number[], depth: number): number {
  const { gradients, curvatures, options, binned, edges } = growing;
  const at = nodes.length;
  nodes.push([0]);
  let [g, h] = [0, 0];
  for (const i of sample) {
    g += gradients[i]!;
    h += curvatures[i]!;
  }
  const split = depth < options.depth ? bestSplit(growing, sample, g, h) : null;
  if (split === null) {
    nodes[at] = [round((options.rate * g) / (h + options.ridge))];
    return at;
  }
  const { feature, bin } = split;
  const left = grow(
    nodes,
    growing,
    sample.filter((i) => binned[i]![feature]! <= bin),
    depth + 1,
  );
  const right = grow(
    nodes,
    growing,
    sample.filter((i) => binned[i]![feature]! > bin),
    depth + 1,
  );
  nodes[at] = [feature, edges[feature]![bin]!, left, right];
  return at;
}

function bestSplit(
  { binned, features, gradients, curvatures, options }: Growing,
  sample: readonly number[],
  g: number,
  h: number,
) {
  let best: { feature: number; bin: number; gain: number } | null = null;
  const worth = (gradient: number, curvature: number) => (gradient * gradient) / (curvature + options.ridge);
  for (const feature of features) {
    const sumG = new Float64Array(BINS + 1);
    const sumH = new Float64Array(BINS + 1);
    for (const i of sample) {
      const bin = binned[i]![feature]!;
      sumG[bin]! += gradients[i]!;
      sumH[bin]! += curvatures[i]!;
    }
    let [leftG, leftH] = [0, 0];
    for (let bin = 0; bin < BINS; bin++) {
      leftG += sumG[bin]!;
      leftH += sumH[bin]!;
      if (leftH < options.leafWeight || h - leftH < options.leafWeight) continue;
      const gain = worth(leftG, leftH) + worth(g - leftG, h - leftH) - worth(g, h);
      if (gain > 1e-6 && (best === null || gain > best.gain)) best = { feature, bin, gain };
    }
  }
  return best;
}

function binEdges(rows: readonly number[][]): number[][] {
  return rows[0]!.map((_, f) => {
    const values = [...new Set(rows.map((row) => row[f]!))].sort((a, b) => a - b);
    if (values.length <= BINS) return values.map(round);
    return Array.from({ length: BINS }, (_, i) =>
      round(values[Math.floor(((i + 0.5) * values.length) / BINS)]!),
    );
  });
}

function binOf(edges: readonly number[], value: number): number {
  let bin = 0;
  while (bin < edges.length && value > edges[bin]!) bin++;
  return bin;
}

function leafOf(nodes: readonly TreeNode[], row: readonly number[]): number {
  let node = nodes[0]!;
  while (node.length === 4) node = nodes[row[node[0]]! <= node[1] ? node[2] : node[3]]!;
  return node[0];
}

function round(value: number): number {
  return Number(value.toPrecision(5));
}
