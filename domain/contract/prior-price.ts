import { z } from "zod";
import { instant, money, named } from "./answers.ts";

/** The lowest price before a reduction, and what may be announced of it. */
export const PriorPrice = named("PriorPrice", {
  sku: z.string(),
  currency: z.string(),
  at: instant.describe("first moment of the reduction: of the one in force, where the price is"),
  windowStart: instant,
  prior: money
    .nullable()
    .describe("lowest price at which it was on sale in the 30 days before; null = none is known"),
  from: instant.nullable().describe("when it was first in force within those days"),
  until: instant.nullable().describe("when it was last in force"),
  isShorter: z.boolean().describe("the product, or what is known of it, is newer than the 30 days"),
  price: money.describe("the reduced price"),
  maxClaimPct: z.int().describe("the largest reduction that may be announced, percent of the prior price"),
});
