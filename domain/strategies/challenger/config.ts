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

/**
 * Random forest of the same trees, bagged (Breiman 1996, Machine Learning 24). Every tree sees every feature: the
 * average of trees would shrink the price response by the share of those that never saw the price.
 */
export const FOREST: ChallengerConfig = {
  ...BOOSTED,
  kind: "forest",
  trees: 100,
  depth: 8,
  rate: 1,
  featureShare: 1,
};
