import model from "./match-model.json" with { type: "json" };
import type { TreeModel } from "./trees.ts";

/**
 * The trained weights: made by `npm run bench:matching -- <folder> --train` from public pairs of products of electronics
 * and software shops, and used for every catalogue.
 */
export const MATCH_MODEL = model as unknown as TreeModel;
