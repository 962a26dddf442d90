import { type Tree, treeValue } from "./tree.ts";

/** A fitted ensemble. Plain JSON. */
export interface ChallengerModel {
  format: 1;
  /** boosted: the trees correct each other and add up · forest: each stands for itself, they are averaged */
  kind: "boosted" | "forest";
  /** names of the features, in the order of a feature vector; the first is log(price / reference price) */
  features: string[];
  /** added to every log mean */
  base: number;
  trees: Tree[];
}

const LOG_MEAN_MAX = 30;

/**
 * Log of the expected units of a day. `offset`: the filter's log mean at the reference price, 0 for the effect
 * of the features alone; `at`: where in `features` the vector starts. Finite for every finite offset, whatever
 * the features are. O(trees · depth).
 */
export function predictLogMean(
  model: ChallengerModel,
  features: ArrayLike<number>,
  offset = 0,
  at = 0,
): number {
  const { kind, base, trees } = model;
  if (features.length - at < model.features.length) throw new RangeError("too few features");
  let sum = 0;
  for (const tree of trees) sum += treeValue(tree, features, at);
  const effect = kind === "forest" && trees.length > 0 ? sum / trees.length : sum;
  return Math.max(-LOG_MEAN_MAX, Math.min(LOG_MEAN_MAX, offset + base + effect));
}
