import { z } from "zod";

const fraction = z.number().min(0).max(1);

/** Small price changes that show how demand responds. */
export const ExplorationSettings = z
  .strictObject({
    weeklyBudget: fraction
      .max(0.05)
      .default(0.004)
      .describe(
        "share of the week's expected profit that steps drawn by chance may cost; 0 = none are drawn",
      ),
    step: z.number().gt(0).max(0.2).default(0.1).describe("largest drawn step, a share of the price"),
    periodDays: z.int().min(1).max(28).default(7).describe("how long a price chosen for learning is kept"),
    temperature: fraction
      .default(0)
      .describe("above 0 prices are drawn by a sampled elasticity instead; 0.4 learns fast"),
    regretBudget: fraction
      .default(0.01)
      .describe("share of the expected profit that a price of a sampled elasticity may cost"),
  })
  .default({ weeklyBudget: 0.004, step: 0.1, periodDays: 7, temperature: 0, regretBudget: 0.01 })
  .describe("small price changes that show how demand responds; each is a proposal that says so");
