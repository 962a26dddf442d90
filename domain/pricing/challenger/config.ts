import { type Tree, treeValue } from "./tree.ts";

/** How an ensemble is grown. */
export interface ChallengerConfig {
  kind: "boosted" | "forest";
  trees: number;
  depth: number;
  /** share of each tree's correction that is added */
  rate: number;
  /** least rows of a leaf */
  rowsPerLeaf: number;
  /** units, sold as expected, that a leaf starts from */
  pseudoUnits: number;
  /** share of the rows each boosted tree sees; a forest bootstraps them */
  rowShare: number;
  /** share of the features each tree sees */
  featureShare: number;
  /** share of the SKUs that are kept to judge the model by */
  heldOutShare: number;
  /** with fewer rows to train on, or fewer SKUs to judge by, nothing is fitted */
  rowsMin: number;
  heldOutGroupsMin: number;
  /** names the random draws */
  seed: number;
}

/** Gradient boosting (Friedman 2001, Annals of Statistics 29(5)) with row sampling (Friedman 2002). */
export const BOOSTED: ChallengerConfig = {
  kind: "boosted",
  trees: 150,
  depth: 3,
  rate: 0.08,
  rowsPerLeaf: 30,
  pseudoUnits: 1,
  rowShare: 0.8,
  featureShare: 0.8,
  heldOutShare: 0.2,
  rowsMin: 1000,
  heldOutGroupsMin: 3,
  seed: 1,
};

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
