import { z } from "zod";
import { count, money, named } from "./answers.ts";
import { Product } from "./catalogue.ts";
import { LedgerEntry } from "./decisions.ts";
import { DemandDay, Offer, Signal, TrendPoint } from "./market.ts";

export const Standing = named("PriceStanding", {
  competitor: z.string(),
  days: count.describe("of the last 90 before today, those whose price is known: 14 at least"),
  low: money.describe("mean price of its cheapest day"),
  high: money,
  cheaperThanPct: z
    .number()
    .describe(
      "share of the days on which it asked more than now, days of the same price as half; 100: never less",
    ),
});

/** All that is shown of a product's market, in one answer. */
export const ProductMarket = named("ProductMarket", {
  product: Product,
  offers: z.array(Offer).describe("each competitor's latest accepted offer, cheapest first"),
  trend: z.array(TrendPoint).describe("competitors' prices in windows, oldest first"),
  standings: z
    .array(Standing)
    .describe("how cheap each offer is by its competitor's own past; with `window=1d` only"),
  demand: z
    .array(DemandDay)
    .describe("oldest first; two more days before `from`, for the price that held then"),
  ledger: z.array(LedgerEntry).describe("the newest 500 entries, newest first"),
  signals: z.array(Signal).describe("those that are not resolved, the newest first"),
});
export type ProductMarket = z.infer<typeof ProductMarket>;
