import { z } from "zod";
import { instant, money } from "./answers.ts";
import { ServedPrice } from "./catalogue-shapes.ts";
import { LedgerEntry } from "./chain-shapes.ts";
import { ProposalDetail } from "./decision-shapes.ts";
import { Override } from "./science-shapes.ts";

export const PriceExplanation = ServedPrice.extend({
  sentence: z.string(),
  entry: LedgerEntry.nullable().describe("what put the stored price in force"),
  proposal: ProposalDetail.nullable().describe("the proposal that it was, with every input and guardrail"),
  override: Override.nullable().describe("the override that holds the price or set it"),
});

export const PriorPrice = z.object({
  sku: z.string(),
  currency: z.string(),
  at: instant.describe("first moment of the reduction"),
  windowStart: instant,
  prior: money.nullable().describe("lowest price in the 30 days before; null = none is known"),
  from: instant.nullable().describe("when it was first in force within these days"),
  until: instant.nullable().describe("when it last was"),
  isShorter: z.boolean().describe("the product is newer than the 30 days"),
  price: money.describe("the reduced price"),
  maxClaimPct: z.int().describe("the largest reduction that may be announced, percent of the prior price"),
});
