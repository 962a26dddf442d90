import { z } from "zod";
import { KVI_TIERS } from "../market/key-value-items.ts";
import { count, instant, money, named } from "./answers.ts";

export const KeyValueItem = named("KeyValueItem", {
  sku: z.string(),
  title: z.string(),
  category: z.string(),
  currency: z.string(),
  price: money,
  kvi: z.boolean().describe("tagged: priced by the rules of key value items"),
  score: z.number().optional().describe("0..100: the share of products that score less"),
  tier: z.enum(KVI_TIERS).optional(),
  parts: z.record(z.string(), z.number()).optional().describe("each feature's rank among the products, 0..1"),
  scoredAt: instant.optional(),
});

export const KviScoring = named("KviScoring", { scored: count, suggested: count, scoredAt: instant });
