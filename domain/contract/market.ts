import { z } from "zod";
import { SIGNAL_STATUSES } from "../messages/names.ts";
import { AVAILABILITIES, DEVICES, LONG_PERIODS } from "../messages/rows.ts";
import { COUNTED } from "../shard/demand/counters.ts";
import { count, instant, money, named, quantityUnit } from "./answers.ts";

export const Offer = named("Offer", {
  competitor: z.string(),
  price: money,
  landedPrice: money,
  currency: z.string(),
  availability: z.enum(AVAILABILITIES),
  observedAt: instant,
  receivedAt: instant,
  fresh: z.boolean(),
  status: z
    .enum(["accepted", "stale", "quarantined", "excluded", "missing"])
    .describe(
      "excluded: kept and shown, but left out of the market; missing: the last crawls of its source did not find it, so it counts for nothing until it is seen again",
    ),
  missingSince: instant.optional().describe("until when the crawls are known that did not find it"),
  seller: z.string().optional().describe("whose offer it is on a marketplace"),
  sellers: z
    .array(
      z.object({
        seller: z.string().optional(),
        price: money,
        landedPrice: money,
        availability: z.enum(AVAILABILITIES),
        observedAt: instant,
        fresh: z.boolean(),
        missingSince: instant.optional(),
      }),
    )
    .optional()
    .describe("what each seller of a marketplace asks"),
  gapPct: z.number().describe("(ours - theirs) / theirs * 100: positive = we are dearer"),
  packFactor: z
    .number()
    .optional()
    .describe("packs of ours in theirs, by which the prices were divided; absent: the same pack"),
  matchQuality: z
    .string()
    .optional()
    .describe(
      "a doubt: the price stays at a pack, tax or decimal ratio to what it was, so look at the match",
    ),
});
export type Offer = z.infer<typeof Offer>;

export const TrendPoint = named("TrendPoint", {
  competitor: z.string(),
  seller: z.string().optional().describe("with `bySeller`"),
  at: instant,
  avg: money,
  min: money,
  volatility: z
    .number()
    .describe("population standard deviation of the price in the window, as a share of its mean"),
  direction: z.enum(["up", "down", "stable"]),
});
export type TrendPoint = z.infer<typeof TrendPoint>;

export const DemandDay = named("DemandDay", {
  day: z.string(),
  period: z.enum(LONG_PERIODS).optional().describe("how long the row is from its day on; absent: a day"),
  units: z.number(),
  revenue: money,
  price: money,
  inStockShare: z.number().optional(),
  promo: z.boolean(),
  promotions: z.record(z.string(), z.number()).optional().describe("promotions by name with their strengths"),
  views: z.number().optional(),
  carts: z.number().optional(),
});
export type DemandDay = z.infer<typeof DemandDay>;

/** What one move of a competitor opened, or what happened to one product. */
const SignalGroup = named("SignalGroup", {
  id: z.string().describe("of a move: `?move=` lists its signals; those of a product are listed by `?sku=`"),
  count: z.int().describe("signals"),
  products: z.int(),
  types: z.record(z.string(), z.int()).describe("signals of each type"),
  from: instant.describe("when its first signal opened"),
  to: instant,
});

export const Signal = named("Signal", {
  id: z.string(),
  sku: z.string(),
  title: z.string().optional(),
  competitor: z.string().optional(),
  type: z.string(),
  status: z.enum(SIGNAL_STATUSES),
  priority: z.int().min(1).max(3).describe("1 is the most urgent"),
  severity: z.number(),
  confidence: z.number(),
  message: z.string(),
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  openedAt: instant,
  updatedAt: instant,
  resolvedAt: instant.optional(),
  acknowledgedBy: z.string().optional(),
  assignee: z.string().optional().describe("address of the person who sees to it"),
  group: SignalGroup.optional().describe("with `groupBy`: this is its signal of the largest change"),
});
export type Signal = z.infer<typeof Signal>;

export const SignalSummary = named("SignalSummary", {
  signals: count,
  urgent: count.describe("of high priority"),
  openedLastHour: count.describe("of them, those that opened in the last hour"),
  openedLastDay: count,
  repeatUndercuts: count.describe("products with two or more undercuts"),
  types: z
    .array(
      z.object({
        ...{ type: z.string(), signals: count, urgent: count, products: count },
        meanChangePct: z
          .number()
          .nullable()
          .describe("mean size of the change or gap; null where the type tells of neither"),
      }),
    )
    .describe("the most frequent first"),
});

export const Competitor = named("Competitor", {
  id: z.string(),
  name: z.string(),
  domain: z.string().optional(),
  include: z.boolean(),
  weight: z.number(),
  isNew: z.boolean(),
  firstSeenAt: instant,
  mergedInto: z.string().optional().describe("the competitor that it is only another name of"),
});

const number = z.number();
const rate = z.number().describe("0 where the denominator is 0");

const counts = Object.fromEntries(
  COUNTED.filter((name) => name !== "revenue" && name !== "refundAmount").map((name) => [name, number]),
) as Record<Exclude<(typeof COUNTED)[number], "revenue" | "refundAmount">, typeof number>;

/** What shoppers did with a product in one window. */
export const BehaviourShape = named("Behaviour", {
  at: instant,
  ...counts,
  revenue: money,
  refundAmount: money,
  searchRate: rate,
  searchCartRate: rate,
  cartPurchaseRate: rate,
  conversion: rate.describe("purchases per view"),
  viewCompareRate: rate,
  avgDwellSeconds: z.number(),
  visitors: count.nullable().describe("unique sessions; null: too long ago"),
  visitorsByDevice: z.record(z.enum(DEVICES), count).nullable(),
});

/** The stock of a product, and in which warehouses it is. */
export const StockShape = named("Stock", {
  sku: z.string(),
  total: number,
  quantityUnit,
  warehouses: z.array(
    z.object({
      warehouse: z.string(),
      units: number,
      hoursToStockout: number
        .nullable()
        .describe("at the demand forecast of the coming week; null: no forecast, or nothing sells there"),
      at: instant,
      refused: z
        .array(z.object({ id: z.string(), type: z.string(), quantity: z.number(), at: instant }))
        .describe("events that would have taken the level below zero: stored, not applied"),
    }),
  ),
});

/** What a comparison site says of a product. */
export const AggregateShape = named("Aggregate", {
  aggregator: z.string(),
  available: z.boolean(),
  min: money,
  avg: money,
  max: money,
  storesTracked: number,
  observedAt: instant,
  receivedAt: instant,
});

/** A change of a competitor's price between two observations. */
export const MovementShape = named("Movement", {
  sku: z.string(),
  competitor: z.string(),
  from: money,
  to: money,
  currency: z.string(),
  changePct: z.number(),
  direction: z.enum(["up", "down"]),
  at: instant,
});

/** Where our prices stand in a group of products. */
export const MarketPosition = named("MarketPosition", {
  key: z.string().describe("the category or brand; empty for all products"),
  products: z.int(),
  compared: z
    .int()
    .describe("products with an offer that counts: fresh, in stock, of an included competitor"),
  coveragePct: z.number(),
  index: z
    .number()
    .nullable()
    .describe("our prices as a per cent of the cheapest competitor's; 104 = 4 % dearer"),
  weightedIndex: z.number().nullable().describe("the same, weighted by our revenue a day"),
  position: z.object({ lowest: z.int(), middle: z.int(), highest: z.int() }),
  redZonePct: z.number().describe("of the products compared: over 10 % above the cheapest competitor"),
});

export const MarketIndex = MarketPosition.extend({ day: z.string() }).meta({ id: "MarketIndex" });

/** How one competitor prices against us. */
export const CompetitorPosition = named("CompetitorPosition", {
  competitor: z.string(),
  offers: z.int(),
  undercuts: z.int().describe("offers over 5 % below ours"),
  avgGapPct: z.number().describe("mean of (theirs - ours) / ours * 100"),
  undercutPct: z.number(),
  cheaperPct: z.number(),
  dearerPct: z.number(),
  index: z
    .number()
    .nullable()
    .describe("our prices as a per cent of its, geometric mean; above 100 we are dearer; null: not measured"),
  aggression: z.number().describe("share of undercuts times the mean distance from our prices in per cent"),
});

/** How one competitor's prices stood against ours on a day. */
export const CompetitorIndex = CompetitorPosition.extend({
  day: z.string(),
  key: z.string().describe("the competitor"),
  compared: z.int().describe("its offers that count"),
}).meta({ id: "CompetitorIndex" });

export const MarketSummary = named("MarketSummary", {
  asOf: instant,
  definition: z.string(),
  market: MarketPosition,
  categories: z.array(MarketPosition),
  brands: z.array(MarketPosition),
  competitors: z.array(CompetitorPosition).describe("the most aggressive first"),
  openSignals: z.array(z.object({ type: z.string(), priority: z.int(), count: z.int() })),
});
