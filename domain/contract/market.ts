import { z } from "zod";
import { AVAILABILITIES } from "../messages/rows.ts";
import { COUNTED } from "../shard/demand/counters.ts";
import { instant, money } from "./answers.ts";

export const Offer = z.object({
  competitor: z.string(),
  price: money,
  landedPrice: money,
  currency: z.string(),
  availability: z.enum(AVAILABILITIES),
  observedAt: instant,
  receivedAt: instant,
  fresh: z.boolean(),
  status: z.enum(["accepted", "stale", "quarantined"]),
  gapPct: z.number().describe("(ours - theirs) / theirs * 100: positive = we are dearer"),
  matchQuality: z
    .string()
    .optional()
    .describe("look at the match: the price stays at a pack or tax ratio to what it was"),
});

export const TrendPoint = z.object({
  competitor: z.string(),
  at: instant,
  avg: money,
  min: money,
  volatility: z
    .number()
    .describe("population standard deviation of the price in the window, share of its mean"),
  direction: z.enum(["up", "down", "stable"]),
});

export const DemandDay = z.object({
  day: z.string(),
  units: z.number(),
  revenue: money,
  price: money,
  inStockShare: z.number().optional(),
  promo: z.boolean(),
  views: z.number().optional(),
  carts: z.number().optional(),
});

export const Signal = z.object({
  id: z.string(),
  sku: z.string(),
  title: z.string().optional(),
  competitor: z.string().optional(),
  type: z.string(),
  status: z.enum(["open", "acknowledged", "resolved"]),
  priority: z.int().min(1).max(3),
  severity: z.number(),
  confidence: z.number(),
  message: z.string(),
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  openedAt: instant,
  updatedAt: instant,
  resolvedAt: instant.optional(),
  acknowledgedBy: z.string().optional(),
});

export const Competitor = z.object({
  id: z.string(),
  name: z.string(),
  domain: z.string().optional(),
  include: z.boolean(),
  weight: z.number(),
  isNew: z.boolean(),
  firstSeenAt: instant,
});

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
