import { z } from "zod";
import { POSITIONS, RECOMMENDATIONS } from "../analysis/price-position.ts";
import { SEGMENTS } from "../analysis/rfm.ts";
import { SESSION_CLASSES } from "../analysis/sessions.ts";
import { DEVICES } from "../messages/rows.ts";
import { count, day, instant, money, named, quantityUnit } from "./answers.ts";

const category = z.string();
const wholeShop = z.string().describe("empty: the whole shop");
const hour = z.int().min(0).max(24).describe("hours since the civil day began");
const device = z.enum(DEVICES);
const total = z.int();

export const MartShape = named("Mart", {
  name: z.string(),
  version: z.int().describe("of its roll-up: a new one rolls every day up again"),
  rolledAt: instant.nullable(),
  firstDay: day.nullable(),
  lastDay: day.nullable(),
  days: count,
  rows: count,
  outdated: count.describe("days that another version rolled up, or that changed since"),
  checks: z
    .array(z.object({ name: z.string(), kind: z.string(), failing: count, examples: z.array(z.string()) }))
    .describe("what must hold of its rows: keys, values, relations"),
});

export const DailyDemand = named("DailyDemand", {
  ...{ day, category },
  products: count.describe("products with a row for the day"),
  sellers: count.describe("of them, those that sold"),
  units: total,
  revenue: money.describe("in the install's currency; products of another currency are left out"),
  views: total,
  carts: total,
});

export const HourlyDemand = named("HourlyDemand", {
  ...{ day, category: z.string().describe("empty: what shoppers did without a product"), hour },
  ...{ views: total, searches: total, comparisons: total, carts: total, removals: total, purchases: total },
  ...{
    units: total,
    revenue: money,
    refunds: total,
    refundAmount: money,
    dwells: total,
    dwellSeconds: total,
  },
});

export const DailyFunnel = named("DailyFunnel", {
  ...{ day, category: wholeShop, device },
  pageViews: total,
  shopPageViews: total.describe("page views that name no product: they belong to no category"),
  ...{ productViews: total, carts: total, purchases: total },
  ...{ pageViewSessions: total, productViewSessions: total, cartSessions: total, purchaseSessions: total },
  cartAfterView: total.describe("sessions that viewed a product and added to the cart"),
  purchaseAfterCart: total.describe("sessions that viewed, added to the cart and bought"),
});

export const DailySessions = named("DailySessions", {
  ...{ day, device, converted: z.boolean() },
  eventsFrom: z.int().describe(`least number of events of the class, of ${SESSION_CLASSES.join(", ")}`),
  ...{ sessions: total, events: total, seconds: total, eventTypes: total },
});

export const DailySignals = named("DailySignals", {
  ...{ day, type: z.string(), competitor: z.string().describe("empty: about the product"), category },
  ...{ opened: total, urgent: total, acknowledged: total, resolved: total },
});

export const DailyMovements = named("DailyMovements", {
  ...{ day, competitor: z.string(), category, hour, up: total, down: total },
  change: z.number().describe("sum of the changes, shares of the price before"),
  absoluteChange: z.number().describe("sum of their sizes"),
});

export const DailyForecasts = named("DailyForecasts", {
  ...{ day, category, products: total },
  units: z.number().describe("forecast on the day before"),
  baseline: z.number().describe("the exponentially weighted mean with a damped trend, of the same day"),
});

export const CustomerScores = named("CustomerScores", {
  ...{
    day,
    recency: z.int().min(1).max(5),
    frequency: z.int().min(1).max(5),
    monetary: z.int().min(1).max(5),
  },
  segment: z.enum(SEGMENTS),
  ...{ customers: total, orders: total, spend: money, recencyDays: total.describe("sum over the customers") },
});

const rate = z.number().nullable();

export const ProductPerformance = named("ProductPerformance", {
  ...{ sku: z.string(), title: z.string(), category, brand: z.string().nullable(), currency: z.string() },
  day: day.describe("the last of 28 days"),
  days: total.describe("days of the 28 that are known"),
  ...{ views: total, carts: total, units: total, revenue: money, priorUnits: total, priorRevenue: money },
  avgSalePrice: money.nullable().describe("revenue / units"),
  conversion: rate.describe("units per view"),
  variation: rate.describe("standard deviation over mean of a day's units"),
  unitsPerHour: z.number().describe("of an hour in stock"),
  quantityUnit,
});

export const PricingAnalysis = named("PricingAnalysis", {
  ...{ sku: z.string(), title: z.string(), category, brand: z.string().nullable(), currency: z.string() },
  ...{ price: money, competitors: total },
  ...{ minCompetitor: money.nullable(), avgCompetitor: money.nullable(), maxCompetitor: money.nullable() },
  gapPct: rate.describe("(ours - theirs) / theirs * 100 against the cheapest: positive = we are dearer"),
  avgGapPct: rate.describe("the same against their mean"),
  position: z.enum(POSITIONS),
  recommendation: z.enum(RECOMMENDATIONS).describe("by the pending proposal; hold without one"),
  proposedPrice: money.nullable(),
  confidence: rate,
  unitsPerDay: rate.describe("what the demand model expects at the present price"),
  quantityUnit,
});
