import { z } from "zod";

const probability = z.number().min(0).max(1);

/**
 * From which probability on a listing is taken for a product. By precision on held-out pairs: of those taken at 0.9
 * without a person more than 19 of 20 are right.
 */
export const MatchingSettings = z
  .strictObject({
    auto: probability.describe("a match as probable as this is taken without a person"),
    review: probability.describe("one as probable as this waits for a person; below it there is no match"),
  })
  .refine(({ auto, review }) => review <= auto, "review is above auto")
  .default({ auto: 0.9, review: 0.35 })
  .describe("how sure a match of a listing with a product has to be");
export type MatchThresholds = z.infer<typeof MatchingSettings>;
