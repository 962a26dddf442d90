import { sql } from "drizzle-orm";
import {
  integer,
  primaryKey,
  real,
  type SQLiteColumnBuilderBase,
  sqliteTable,
  sqliteView,
  text,
} from "drizzle-orm/sqlite-core";
import { MOVER_KINDS } from "../../domain/analysis/movement-days.ts";
import { POSITIONS, RECOMMENDATIONS } from "../../domain/analysis/price-position.ts";
import { DEVICES } from "../../domain/messages/rows.ts";

/**
 * Marts: figures that are rolled up from what shards and projections know. Rows written are the bill, so the rows of a
 * mart lie packed, a day or a thousand of them in one row of `mart_parts`; queries see them through a view for each mart.
 * Money is minor units of the install's currency.
 */

/** Rows of a mart: JSON, an array for each, in the order of its view's columns. */
export const martParts = sqliteTable(
  "mart_parts",
  {
    mart: text().notNull(),
    /** civil day; for a mart that is kept as of its newest roll-up only, what it is about, or empty */
    day: text().notNull(),
    part: integer().notNull(),
    body: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.mart, t.day, t.part] })],
);

/** A view of the rows of a mart. If its first column is the day, that is the day of its parts. */
function martView<Name extends string, Columns extends Record<string, SQLiteColumnBuilderBase>>(
  name: Name,
  columns: Columns,
  marts: readonly string[] = [name],
) {
  const names = Object.entries(columns).map(
    ([key, column]) => (column as unknown as { config: { name: string } }).config.name || key,
  );
  const isByDay = names[0] === "day";
  const values = (isByDay ? names.slice(1) : names).map((column, i) => `r.value ->> ${i} AS ${column}`);
  const listed = marts.map((mart) => `'${mart}'`).join(", ");
  return sqliteView(name, columns).as(
    sql.raw(
      `SELECT ${[...(isByDay ? ["p.day AS day"] : []), ...values].join(", ")} FROM mart_parts p, json_each(p.body) r WHERE p.mart IN (${listed})`,
    ),
  );
}

/** What a mart holds of a day: by which version of its roll-up, from how many rows, and since when (ms). */
export const martDays = sqliteTable(
  "mart_days",
  {
    mart: text().notNull(),
    day: text().notNull(),
    version: integer().notNull(),
    /** rows that it was made from, and rows that it has */
    source: integer().notNull(),
    rows: integer().notNull(),
    rolledAt: integer("rolled_at").notNull(),
    /** the database no longer has what it was made from: it stays as it is */
    sealed: integer({ mode: "boolean" }).notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.mart, t.day] })],
);

/** Days of which something changed; `at` is rounded up to the hour, so that an hour costs one row. */
export const changedDays = sqliteTable("changed_days", {
  day: text().primaryKey(),
  at: integer().notNull(),
});

/** What shoppers did in an hour of a civil day, by category; empty: what they did without a product. */
export const hourlyDemand = martView(
  "hourly_demand",
  {
    day: text().notNull(),
    category: text().notNull(),
    /** hours since the day began: 0 to 24, since a day may have 25 */
    hour: integer().notNull(),
    views: integer().notNull(),
    searches: integer().notNull(),
    comparisons: integer().notNull(),
    carts: integer().notNull(),
    removals: integer().notNull(),
    purchases: integer().notNull(),
    units: integer().notNull(),
    revenue: integer().notNull(),
    refunds: integer().notNull(),
    refundAmount: integer("refund_amount").notNull(),
    dwells: integer().notNull(),
    dwellSeconds: integer("dwell_seconds").notNull(),
  },
  ["hourly_demand", "hourly_visits"],
);

/** What was sold of a category on a day: as it was posted, or else as events say. */
export const dailyDemand = martView("daily_demand", {
  day: text().notNull(),
  category: text().notNull(),
  /** products with a row for the day, and those that sold */
  products: integer().notNull(),
  sellers: integer().notNull(),
  units: integer().notNull(),
  revenue: integer().notNull(),
  views: integer().notNull(),
  carts: integer().notNull(),
});

/** How far sessions came on a day, by category and device; empty category: the whole shop. */
export const dailyFunnel = martView("daily_funnel", {
  day: text().notNull(),
  category: text().notNull(),
  device: text({ enum: DEVICES }).notNull(),
  /** events */
  pageViews: integer("page_views").notNull(),
  /** of them, those that name no product; they belong to no category */
  shopPageViews: integer("shop_page_views").notNull(),
  productViews: integer("product_views").notNull(),
  carts: integer().notNull(),
  purchases: integer().notNull(),
  /** sessions that did it at all */
  pageViewSessions: integer("page_view_sessions").notNull(),
  productViewSessions: integer("product_view_sessions").notNull(),
  cartSessions: integer("cart_sessions").notNull(),
  purchaseSessions: integer("purchase_sessions").notNull(),
  /** sessions that did it and everything before it, from the product view on */
  cartAfterView: integer("cart_after_view").notNull(),
  purchaseAfterCart: integer("purchase_after_cart").notNull(),
});

/** Sessions of a day by device, by whether they bought, and by how much they did. */
export const dailySessions = martView("daily_sessions", {
  day: text().notNull(),
  device: text({ enum: DEVICES }).notNull(),
  converted: integer({ mode: "boolean" }).notNull(),
  /** least number of events of the class */
  eventsFrom: integer("events_from").notNull(),
  sessions: integer().notNull(),
  /** sums over the sessions */
  events: integer().notNull(),
  seconds: integer().notNull(),
  eventTypes: integer("event_types").notNull(),
});

/** A product over the last 28 days that are over, and the 28 before; its stock is in `products`. */
export const productPerformance = martView("product_performance", {
  sku: text().primaryKey(),
  category: text().notNull(),
  brand: text(),
  title: text().notNull(),
  currency: text().notNull(),
  /** the last of the days */
  day: text().notNull(),
  /** days with a row, and their in-stock shares added up */
  days: integer().notNull(),
  inStockDays: real("in_stock_days").notNull(),
  views: integer().notNull(),
  carts: integer().notNull(),
  units: integer().notNull(),
  revenue: integer().notNull(),
  priorUnits: integer("prior_units").notNull(),
  priorRevenue: integer("prior_revenue").notNull(),
  /** revenue / units, minor units; null = nothing was sold */
  avgSalePrice: integer("avg_sale_price"),
  /** units per view; null without a view */
  conversion: real(),
  /** standard deviation over mean of a day's units; null = nothing was sold */
  variation: real(),
  /** units of an hour in stock */
  unitsPerHour: real("units_per_hour").notNull(),
});

/** A product's price beside the competitors' that count, and what is proposed for it. */
export const pricingAnalysis = martView("pricing_analysis", {
  sku: text().primaryKey(),
  category: text().notNull(),
  brand: text(),
  title: text().notNull(),
  currency: text().notNull(),
  price: integer().notNull(),
  competitors: integer().notNull(),
  /** landed prices; null without a competitor that counts */
  minCompetitor: integer("min_competitor"),
  avgCompetitor: integer("avg_competitor"),
  maxCompetitor: integer("max_competitor"),
  /** (ours − theirs) / theirs · 100 against the cheapest and the mean */
  gapPct: real("gap_pct"),
  avgGapPct: real("avg_gap_pct"),
  position: text({ enum: POSITIONS }).notNull(),
  recommendation: text({ enum: RECOMMENDATIONS }).notNull(),
  /** of the pending proposal, minor units */
  proposedPrice: integer("proposed_price"),
  confidence: real(),
  unitsPerDay: real("units_per_day"),
});

/** Signals that opened on a day, and what has become of them. */
export const dailySignals = martView("daily_signals", {
  day: text().notNull(),
  type: text().notNull(),
  /** empty: about the product, not one competitor */
  competitor: text().notNull(),
  category: text().notNull(),
  opened: integer().notNull(),
  urgent: integer().notNull(),
  acknowledged: integer().notNull(),
  resolved: integer().notNull(),
});

/** Competitors' price movements of a day. */
export const dailyMovements = martView("daily_movements", {
  day: text().notNull(),
  competitor: text().notNull(),
  category: text().notNull(),
  /** hours since the day began */
  hour: integer().notNull(),
  up: integer().notNull(),
  down: integer().notNull(),
  /** sums of the changes as shares of the price before, and of their sizes */
  change: real().notNull(),
  absoluteChange: real("absolute_change").notNull(),
});

/** The competitors' prices that moved most in the last day or week, as of the newest roll-up. */
export const priceMovers = martView("price_movers", {
  /** length of the time, in days */
  days: integer().notNull(),
  kind: text({ enum: MOVER_KINDS }).notNull(),
  /** from 1, the greatest */
  rank: integer().notNull(),
  sku: text().notNull(),
  competitor: text().notNull(),
  currency: text().notNull(),
  /** landed prices, minor units of `currency` */
  from: integer("from_price").notNull(),
  to: integer("to_price").notNull(),
  /** from first to last, and all changes added up: shares */
  change: real().notNull(),
  path: real().notNull(),
  moves: integer().notNull(),
});

/** How many of a competitor's prices rose and fell over the last day or week, as of the newest roll-up. */
export const priceDirections = martView("price_directions", {
  /** length of the time, in days */
  days: integer().notNull(),
  competitor: text().notNull(),
  /** seen in the time, or counting now */
  prices: integer().notNull(),
  /** that ended higher, and lower, than they began */
  up: integer().notNull(),
  down: integer().notNull(),
});

/** What was forecast for a category and day on the day before, by us and by the weighted mean with a damped trend. */
export const dailyForecasts = martView("daily_forecasts", {
  day: text().notNull(),
  category: text().notNull(),
  products: integer().notNull(),
  units: real().notNull(),
  baseline: real().notNull(),
});

/** Customers as of a day by their three scores, which say their segment: see domain/analysis/rfm.ts. */
export const customerScores = martView("customer_scores", {
  day: text().notNull(),
  recency: integer().notNull(),
  frequency: integer().notNull(),
  monetary: integer().notNull(),
  customers: integer().notNull(),
  /** sums over the customers */
  orders: integer().notNull(),
  spend: integer().notNull(),
  recencyDays: integer("recency_days").notNull(),
  /** customers by the device that they bought with most, in the order of DEVICES */
  devices: text({ mode: "json" }).$type<number[]>().notNull(),
});
