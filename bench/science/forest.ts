import { BOOSTED, type ChallengerConfig } from "../../domain/pricing/challenger/config.ts";

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
