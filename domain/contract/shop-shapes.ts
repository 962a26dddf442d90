import { z } from "zod";
import { COUNTED } from "../demand/counters.ts";

const instant = z.string();
const money = z.string();
const count = z.number();
const rate = z.number().describe("0 where there is nothing to divide by");

const counts = Object.fromEntries(
  COUNTED.filter((name) => name !== "revenue" && name !== "refundAmount").map((name) => [name, count]),
) as Record<Exclude<(typeof COUNTED)[number], "revenue" | "refundAmount">, typeof count>;

/** What shoppers did with a product in one window. */
export const BehaviourShape = z.object({
  at: instant,
  ...counts,
  revenue: money,
  refundAmount: money,
  searchRate: rate,
  searchCartRate: rate,
  cartPurchaseRate: rate,
  viewCompareRate: rate,
  avgDwellSeconds: z.number(),
});

/** The stock of a product, and in which warehouses it is. */
export const StockShape = z.object({
  sku: z.string(),
  total: count,
  warehouses: z.array(
    z.object({
      warehouse: z.string(),
      units: count,
      at: instant,
      refused: z
        .array(z.object({ id: z.string(), type: z.string(), quantity: z.number(), at: instant }))
        .describe("events that would have taken the level below zero: kept, and not applied"),
    }),
  ),
});

/** A comparison site's figures. */
export const AggregateShape = z.object({
  aggregator: z.string(),
  available: z.boolean(),
  min: money,
  avg: money,
  max: money,
  storesTracked: count,
  observedAt: instant,
  receivedAt: instant,
});
