import { z } from "zod";
import { named } from "./answers.ts";
import { Product } from "./catalogue.ts";
import { LedgerEntry } from "./decisions.ts";
import { DemandDay, Offer, Signal, TrendPoint } from "./market.ts";

/** All that is shown of a product's market, in one answer. */
export const ProductMarket = named("ProductMarket", {
  product: Product,
  offers: z.array(Offer).describe("each competitor's latest accepted offer, cheapest first"),
  trend: z.array(TrendPoint).describe("competitors' prices in windows, oldest first"),
  demand: z
    .array(DemandDay)
    .describe("oldest first; two more days before `from`, for the price that held then"),
  ledger: z.array(LedgerEntry).describe("the newest 500 entries, newest first"),
  signals: z.array(Signal).describe("those that are not resolved, the newest first"),
});
export type ProductMarket = z.infer<typeof ProductMarket>;
