import { FEATURES } from "./features.ts";
import model from "./match-model.json" with { type: "json" };
import type { TreeModel } from "./trees.ts";

/**
 * The trained weights: made by `npm run bench:matching -- <folder> --train` from public pairs of products of electronics
 * and software shops, and used for every catalogue.
 */
export const MATCH_MODEL = model as unknown as TreeModel;

// weights of other features would score nonsense: better not to start
if (MATCH_MODEL.features.join() !== FEATURES.join())
  throw new Error("the weights of matching are for other features: train them again");
