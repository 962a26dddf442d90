import type { DuckDBConnection } from "@duckdb/node-api";

/** What must stand in a mart, as SQL over the lake: written from what the mart is said to hold, not from its code. */
const CATEGORY = (sku: string) => `coalesce('category ' || (CAST(substr(${sku}, 6) AS INT) % 12), '')`;
const DAY = (at: string) => `strftime(${at}, '%Y-%m-%d')`;

const PREPARE = `
CREATE TABLE visits AS SELECT *, ${DAY('"at"')} AS day, hour("at") AS hour, ${CATEGORY("sku")} AS category FROM events;
CREATE TABLE sessions AS SELECT day, visitor, coalesce(arg_min(device, "at") FILTER (device <> 'unknown'), 'unknown') AS device,
  count(*) AS events, count(DISTINCT type) AS types, bool_or(type = 'purchase') AS converted,
  floor((epoch_ms(max("at")) - epoch_ms(min("at"))) / 1000.0 + .5)::INT AS seconds FROM visits GROUP BY day, visitor;
CREATE TABLE posted AS SELECT * FROM demand QUALIFY row_number() OVER (PARTITION BY sku, day ORDER BY received_at DESC) = 1;
CREATE TABLE sku_days AS
  SELECT sku, day, units, coalesce(revenue, units * price)::BIGINT AS revenue, 0 AS views, 0 AS carts FROM posted
  UNION ALL
  SELECT sku, day, coalesce(sum(quantity) FILTER (type = 'purchase'), 0)::INT,
    coalesce(sum(quantity * price) FILTER (type = 'purchase'), 0)::BIGINT,
    (count(*) FILTER (type = 'product_view'))::INT, (count(*) FILTER (type = 'add_to_cart'))::INT
  FROM visits WHERE sku IS NOT NULL GROUP BY sku, day;
CREATE TABLE points AS SELECT *, lag(landed_price) OVER (PARTITION BY sku, competitor ORDER BY observed_at) AS before,
  last_value(observed_at) OVER (PARTITION BY sku, competitor ORDER BY observed_at
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last FROM observations;`;

const STEPS = { pages: "page_view", views: "product_view", carts: "add_to_cart", purchases: "purchase" };
const counted = Object.entries(STEPS)
  .map(([name, type]) => `count(*) FILTER (type = '${type}') AS ${name}`)
  .join(", ");
const funnel = (shop: string) => `
  sum(pages) AS "pageViews", ${shop} AS "shopPageViews", sum(views) AS "productViews", sum(carts) AS carts,
  sum(purchases) AS purchases, count(*) FILTER (pages > 0) AS "pageViewSessions",
  count(*) FILTER (views > 0) AS "productViewSessions", count(*) FILTER (carts > 0) AS "cartSessions",
  count(*) FILTER (purchases > 0) AS "purchaseSessions", count(*) FILTER (views > 0 AND carts > 0) AS "cartAfterView",
  count(*) FILTER (views > 0 AND carts > 0 AND purchases > 0) AS "purchaseAfterCart"`;

const MARTS = {
  "daily-funnel": `
    WITH whole AS (SELECT day, visitor, ${counted}, count(*) FILTER (type = 'page_view' AND sku IS NULL) AS shop
      FROM visits GROUP BY day, visitor),
    parts AS (SELECT day, visitor, category, ${counted} FROM visits
      WHERE sku IS NOT NULL AND type IN ('page_view', 'product_view', 'add_to_cart', 'purchase') GROUP BY ALL)
    SELECT day, '' AS category, device, ${funnel("sum(shop)")} FROM whole JOIN sessions USING (day, visitor) GROUP BY day, device
    UNION ALL
    SELECT day, category, device, ${funnel("0")} FROM parts JOIN sessions USING (day, visitor) GROUP BY day, category, device`,
  "daily-sessions": `
    SELECT day, device, converted, list_max(list_filter([1, 2, 3, 4, 5, 6, 11, 21], lambda n: n <= events)) AS "eventsFrom",
      count(*) AS sessions, sum(events) AS events, sum(seconds) AS seconds, sum(types) AS "eventTypes"
    FROM sessions GROUP BY ALL`,
  "daily-demand": `
    SELECT day, ${CATEGORY("sku")} AS category, count(*) AS products, count(*) FILTER (units > 0) AS sellers,
      sum(units) AS units, sum(revenue) AS revenue, sum(views) AS views, sum(carts) AS carts FROM sku_days GROUP BY ALL`,
  "hourly-demand": `
    SELECT day, category, hour,
      count(*) FILTER (type = CASE category WHEN '' THEN 'page_view' ELSE 'product_view' END) AS views,
      count(*) FILTER (type = 'search') AS searches, count(*) FILTER (type = 'add_to_cart') AS carts,
      count(*) FILTER (type = 'purchase') AS purchases, coalesce(sum(quantity) FILTER (type = 'purchase'), 0) AS units,
      coalesce(sum(quantity * price) FILTER (type = 'purchase'), 0) AS revenue FROM visits GROUP BY ALL`,
  "daily-movements": `
    SELECT ${DAY("observed_at")} AS day, competitor, ${CATEGORY("sku")} AS category, hour(observed_at) AS hour,
      count(*) FILTER (landed_price > before) AS up, count(*) FILTER (landed_price < before) AS down
    FROM points WHERE abs(landed_price / before - 1) >= .05 GROUP BY ALL`,
  "daily-signals": `
    SELECT ${DAY("opened_at")} AS day, type, coalesce(competitor, '') AS competitor, ${CATEGORY("sku")} AS category,
      count(*) AS opened, count(*) FILTER (priority = 1) AS urgent, count(*) FILTER (status = 'acknowledged') AS acknowledged,
      count(*) FILTER (status = 'resolved') AS resolved
    FROM (SELECT * FROM signals WHERE epoch_ms("at") <= $asOf QUALIFY row_number() OVER (PARTITION BY id ORDER BY "at" DESC) = 1) GROUP BY ALL`,
  "pricing-analysis": `
    SELECT sku, count(*) AS competitors, min(landed_price) AS "minCompetitor", round(avg(landed_price)) AS "avgCompetitor",
      max(landed_price) AS "maxCompetitor" FROM points WHERE observed_at = last GROUP BY sku`,
  "product-performance": `
    SELECT sku, count(*) FILTER (day > $middle) AS days, coalesce(sum(units) FILTER (day > $middle), 0) AS units,
      coalesce(sum(revenue) FILTER (day > $middle), 0) AS revenue, coalesce(sum(views) FILTER (day > $middle), 0) AS views,
      coalesce(sum(carts) FILTER (day > $middle), 0) AS carts,
      coalesce(sum(units) FILTER (day <= $middle), 0) AS "priorUnits",
      coalesce(sum(revenue) FILTER (day <= $middle), 0) AS "priorRevenue"
    FROM sku_days WHERE day BETWEEN $first AND $last GROUP BY sku`,
} as const;

export type MartName = keyof typeof MARTS;
export const MART_NAMES = Object.keys(MARTS) as MartName[];
export type MartRow = Record<string, string | number | boolean>;
/** The civil days over which products are looked at. */
export type Window = { first: string; middle: string; last: string };

/** Every mart, made again from the lake alone; signals as they were at `asOf` (ms). Money is minor units. */
export async function recomputeMarts(
  duck: DuckDBConnection,
  window: Window,
  asOf: number,
): Promise<Map<MartName, MartRow[]>> {
  for (const statement of PREPARE.split(";")) if (statement.trim() !== "") await duck.run(statement);
  const marts = new Map<MartName, MartRow[]>();
  for (const name of MART_NAMES) {
    const text = MARTS[name]
      .replaceAll(/\$(first|middle|last)/g, (_, day: keyof Window) => `'${window[day]}'`)
      .replace("$asOf", String(asOf));
    const read = await duck.runAndReadAll(text);
    marts.set(name, read.getRowObjects().map(plain));
  }
  return marts;
}

/** Every number as such: DuckDB counts in 64 and 128 bits. */
export function plain(row: Record<string, unknown>): MartRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "string" || typeof value === "boolean" ? value : Number(value),
    ]),
  );
}
