import { z } from "zod";
import { FIXED_ELASTICITY } from "../analysis/revenue-simulation.ts";
import { SEGMENTS } from "../analysis/rfm.ts";
import { FUNNEL_STEPS } from "../analysis/sessions.ts";
import { STOCK_LEVELS } from "../analysis/stock-cover.ts";
import { DEVICES, EVENT_TYPES } from "../messages/rows.ts";
import { count, day, instant, interval, money, named, quantityUnit } from "./answers.ts";

const share = z.number().nullable().describe("0 to 1; null where there is nothing to divide by");
const mean = z.number().nullable();
const device = z.enum(DEVICES);

const steps = z
  .array(
    z.object({
      step: z.enum(FUNNEL_STEPS),
      events: count,
      sessions: count,
      ofBase: share,
      ofBaseCi95: interval.nullable().describe("Wilson's 95 % interval"),
      ofStepBefore: share,
    }),
  )
  .describe("unique sessions of each civil day, added up over the days");

export const FunnelReport = named("FunnelReport", {
  ...{ from: day, to: day, currency: z.string() },
  steps,
  shopPageViews: count.describe("page views that name no product: they belong to no category"),
  devices: z.array(z.object({ device, sessions: count, steps, conversion: share })),
  categories: z.array(z.object({ category: z.string(), steps })).describe("from the product view on"),
  hours: z.array(z.object({ hour: count, views: count, carts: count, purchases: count })),
  topPurchaseHours: z.array(count).describe("at most three"),
  events: z
    .array(z.object({ type: z.string(), count }))
    .describe("what shoppers did, by kind of event; of every device"),
  groups: z.array(
    z.object({
      converted: z.boolean(),
      sessions: count,
      meanEvents: mean,
      meanMinutes: mean,
      meanEventTypes: mean,
    }),
  ),
  histogram: z.array(
    z.object({ eventsFrom: count, eventsTo: count.nullable(), sessions: count, converted: count }),
  ),
});

const cell = z.object({
  weekday: z.int().min(1).max(7).describe("ISO: 1 = Monday"),
  hour: z.int().min(0).max(23),
  mean: z.number().describe("purchases per day of that weekday"),
});

const score = z.object({
  days: count,
  mae: z.number().nullable().describe("mean absolute error, units"),
  wape: z.number().nullable().describe("the same as a share of what sold"),
});

export const DemandReport = named("DemandReport", {
  ...{ from: day, to: day, currency: z.string() },
  heat: z.array(cell),
  topCells: z.array(cell).describe("at most five"),
  ranking: z.array(
    z.object({
      ...{ category: z.string(), units: count, revenue: money },
      variation: z.number().nullable().describe("standard deviation over mean of a day's units"),
      advice: z.string().nullable().describe("how much safety stock that asks for"),
    }),
  ),
  hoursFrom: instant.describe("start of the first of the hours of `hourly`"),
  hourly: z
    .array(
      z.object({
        category: z.string(),
        purchases: z.array(count).describe("of the last full hours, oldest first"),
        movingAverage3: z.array(z.number()),
        next6: z.array(z.number()).describe("exponentially weighted mean, span 4, with a damped trend"),
      }),
    )
    .describe("the categories that sold most first"),
  days: z.array(
    z.object({
      day,
      actual: z.number().nullable(),
      forecast: z.number().nullable(),
      baseline: z.number().nullable(),
    }),
  ),
  scores: z.object({ forecast: score, baseline: score }).describe("of forecasts made on the day before"),
});

const scores = z.object({ recency: z.number(), frequency: z.number(), monetary: z.number() });

export const CustomerReport = named("CustomerReport", {
  day: day.nullable().describe("as of the end of it; null: nothing has been rolled up yet"),
  currency: z.string(),
  customers: count.describe("with an order in the last 365 days"),
  segments: z.array(
    z.object({
      ...{ segment: z.enum(SEGMENTS), customers: count, share: z.number(), orders: count, spend: money },
      ...{ meanRecencyDays: mean, meanOrders: mean, meanSpend: money.nullable() },
      meanScores: scores.nullable(),
      device: device.nullable().describe("that most of them bought with"),
    }),
  ),
  grid: z.array(z.object({ recency: count, frequency: count, customers: count, spend: money })),
});

export const CustomerShape = named("Customer", {
  customer: z.string().describe("a keyed hash: nobody can tell whose it is without the shop's own id"),
  ...{ recencyDays: z.int(), lastOrderAt: instant, orders: count, spend: money, device },
  ...{ recency: count, frequency: count, monetary: count, segment: z.enum(SEGMENTS) },
});

export const StockCoverShape = named("StockCover", {
  ...{ sku: z.string(), title: z.string(), category: z.string(), brand: z.string().nullable() },
  stock: z.number(),
  quantityUnit,
  unitsPerHour: z.number().describe("of an hour in stock, over the last 28 days"),
  variation: z.number().nullable().describe("standard deviation over mean of a day's units"),
  level: z.enum(STOCK_LEVELS).describe("an empty shelf is Out of stock, whether or not anything sold"),
  hoursToStockout: z.number().nullable().describe("at the mean rate; null: no demand"),
  forecastHours: z
    .number()
    .nullable()
    .describe("by the demand forecast, at even odds; null: beyond 180 days"),
  safetyStock: z.int().nullable(),
  restockNow: z.boolean().describe("eight hours of demand take over 40 % of the stock"),
  restockUnits: z.int().describe("bring the stock to a week of demand and the safety stock"),
  warehouses: z.array(
    z.object({
      warehouse: z.string(),
      units: z.number(),
      hoursToStockout: z
        .number()
        .nullable()
        .describe("by its share of what was sold lately; null: nothing sells there"),
    }),
  ),
});

export const StockSummary = named("StockSummary", {
  levels: z.array(z.object({ level: z.enum(STOCK_LEVELS), products: count })),
  warehouses: z.array(
    z.object({
      warehouse: z.string(),
      category: z.string(),
      units: z.number(),
      products: count,
      empty: count,
    }),
  ),
});

const simulated = {
  before: money.describe("revenue a day at the present prices"),
  fixed: money.describe(`after the change, with an elasticity of ${FIXED_ELASTICITY} for every product`),
  mean: money.describe("after the change, with what was learned"),
  low: money.describe("lower end of its 95 % interval"),
  high: money.describe("upper end of its 95 % interval"),
};

export const SimulationReport = named("RevenueSimulation", {
  currency: z.string(),
  fixedElasticity: z.number(),
  products: count.describe("at most the 2,000 that earn most"),
  totals: z.object(simulated).describe("its interval takes the products' errors as independent"),
  items: z
    .array(
      z.object({
        ...{ sku: z.string(), title: z.string(), from: money, to: money, unitsPerDay: z.number() },
        elasticity: z.object({ mean: z.number(), ci95: interval, identified: z.boolean() }).nullable(),
        ...simulated,
      }),
    )
    .describe("the 50 whose revenue changes most"),
});

const PricesRight = z.object({
  each: z.number().min(0).max(1).describe("each price is the best one for its product"),
  inTheMean: z
    .number()
    .min(0)
    .max(1)
    .describe("the prices of a category are right on average, and not each for its product"),
});

/** How likely it is that a shop's own prices are right; what is left is the chance that they are not. */
export type PricesRight = z.infer<typeof PricesRight>;

export const ElasticityReport = named("ElasticityReport", {
  asOf: instant.nullable(),
  products: count,
  identified: count.describe("whose own data say it"),
  mean: z.number().nullable(),
  pricesRight: PricesRight.nullable().describe(
    "how likely the sales of the whole catalogue make it that the shop's own prices are right, as the newest run over all of it weighed it: where they are, few changes are proposed; null: no run yet, no unit cost known, or `pricesInformed` is false",
  ),
  sensitivity: z.object({ high: count, medium: count, low: count }),
  labels: z.array(z.object({ label: z.string(), products: count })),
  histogram: z.array(z.object({ from: z.number(), to: z.number(), products: count, identified: count })),
  categories: z.array(
    z.object({
      ...{ category: z.string(), products: count, identified: count },
      ...{ mean: z.number(), min: z.number(), max: z.number() },
    }),
  ),
  course: z
    .array(
      z.object({
        ...{ runId: z.string(), asOf: instant, mean: z.number() },
        low: z.number().nullable().describe("of the 95 % interval; null of a category"),
        high: z.number().nullable(),
      }),
    )
    .describe("what each run over the catalogue learned of all products, or of the category; oldest first"),
});

export const engagement = { views: count, searches: count, carts: count, purchases: count };

const activity = z.object({ ...engagement, units: count, revenue: money });
const beside = z.object({ now: activity, before: activity.describe("of as long a time before") });

export const ActivityReport = named("ActivityReport", {
  asOf: instant.describe("end of the newest hour whose events are all counted"),
  currency: z.string(),
  hour: beside.describe("the newest hour"),
  day: beside.describe("the newest 24 hours"),
});

export const ShopEvent = named("ShopEvent", {
  at: instant,
  type: z.enum(EVENT_TYPES),
  device,
  sku: z.string().nullable().describe("null: without a product"),
  title: z.string().nullable(),
  category: z.string().nullable(),
});
