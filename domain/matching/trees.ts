/** One question of a tree: at or below the threshold goes on at `left`, above it at `right`; a leaf has a value. */
export type TreeNode =
  | readonly [feature: number, threshold: number, left: number, right: number]
  | readonly [value: number];

/** Boosted trees: the sum of their leaves, from a start, is the log-odds that two are the same. */
export interface TreeModel {
  features: readonly string[];
  start: number;
  trees: readonly (readonly TreeNode[])[];
  /** Platt's calibration (1999), fitted out of fold: log-odds of the probability = slope · score + offset */
  calibration: { slope: number; offset: number };
}

/** The calibrated probability, 0 to 1, that a pair with these features is one product. */
export function probabilityOf(model: TreeModel, features: readonly number[]): number {
  const { slope, offset } = model.calibration;
  return 1 / (1 + Math.exp(-(slope * scoreOf(model, features) + offset)));
}

/** The uncalibrated log-odds. */
export function scoreOf({ start, trees }: TreeModel, features: readonly number[]): number {
  let score = start;
  for (const tree of trees) {
    let node = tree[0]!;
    while (node.length === 4) node = tree[features[node[0]]! <= node[1] ? node[2] : node[3]]!;
    score += node[0];
  }
  return score;
}
