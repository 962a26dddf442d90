import { z } from "zod";

const share = z.number().min(0).max(1);

/** How it is measured what repricing earns, and what is done when it no longer does. Shares are fractions. */
export const EVALUATION = {
  holdOut: z
    .strictObject({
      share: z.number().min(0).max(0.5).describe("of the products, by the hash of SKU or family; 0 = none"),
      salt: z.int().nonnegative().describe("another number keeps other products"),
    })
    .default({ share: 0.05, salt: 1 })
    .describe(
      "products that are kept at their price, to measure what repricing the others earns; " +
        "none while they would be fewer than 20",
    ),
  modelApproval: z
    .enum(["each_night", "approved"])
    .default("each_night")
    .describe(
      "each_night: the version in force learns from newer data by itself, as long as its code is the same and it does " +
        "not fit worse; approved: newer data waits for a person too. A new version always does",
    ),
  revenueMiss: share
    .default(0.1)
    .describe(
      "a changed price that brings less revenue than expected by this share is offered to be taken back",
    ),
};
