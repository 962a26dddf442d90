import type { DuckDBConnection } from "@duckdb/node-api";
import { type MartRow, plain } from "./recompute.ts";

/** Asks the API for JSON. */
type Ask = <T>(path: string) => Promise<T>;
/** The civil days that pages look at; `now` is the day under way. */
interface PageSpan {
  first: string;
  now: string;
}

interface Page {
  /** what the page shows, as rows */
  shown(ask: Ask, span: PageSpan): Promise<MartRow[]>;
  /** the same as SQL over the tables that recompute.ts makes of the lake */
  fromLake: string;
}

const spanOf = ({ first, now }: PageSpan) => `from=${first}&to=${now}`;
const round = (value: number | null, digits: number) =>
  value === null ? -1 : Math.round(value * 10 ** digits) / 10 ** digits;

interface Funnel {
  steps: { step: string; events: number; sessions: number }[];
  devices: { device: string; sessions: number; conversion: number | null }[];
  hours: { hour: number; views: number; carts: number; purchases: number }[];
  histogram: { eventsFrom: number; sessions: number; converted: number }[];
}
interface Demand {
  heat: { weekday: number; hour: number; mean: number }[];
  ranking: { category: string; units: number; revenue: string; variation: number | null }[];
}
interface Stock {
  items: { sku: string; stock: number; level: string; hoursToStockout: number | null }[];
  nextCursor: string | null;
}

const STEPS = ["page_view", "product_view", "add_to_cart", "purchase"];
const SUM = (type: string) => `(count(*) FILTER (type = '${type}'))::INT`;

/** The pages of analysis whose facts are in the lake: not those of customers, forecasts and elasticities. */
const PAGES = {
  "funnel: steps": {
    shown: async (ask, span) =>
      (await ask<Funnel>(`/api/analysis/funnel?${spanOf(span)}`)).steps.map(({ step, events, sessions }) => ({
        ...{ step, events, sessions },
      })),
    fromLake: `SELECT type AS step, count(*)::INT AS events, count(DISTINCT (day, visitor))::INT AS sessions
      FROM visits WHERE type IN (${STEPS.map((step) => `'${step}'`).join(", ")}) GROUP BY type`,
  },
  "funnel: devices": {
    shown: async (ask, span) =>
      (await ask<Funnel>(`/api/analysis/funnel?${spanOf(span)}`)).devices.map((one) => ({
        ...{ device: one.device, sessions: one.sessions, conversion: round(one.conversion, 6) },
      })),
    fromLake: `SELECT device, count(*)::INT AS sessions, round(count(*) FILTER (converted) / count(*), 6) AS conversion
      FROM sessions GROUP BY device`,
  },
  "funnel: hours": {
    shown: async (ask, span) =>
      (await ask<Funnel>(`/api/analysis/funnel?${spanOf(span)}`)).hours.map(
        ({ hour, views, carts, purchases }) => ({ hour, views, carts, purchases }),
      ),
    fromLake: `SELECT hour::INT AS hour, (count(*) FILTER (type = CASE category WHEN '' THEN 'page_view' ELSE 'product_view' END))::INT AS views,
      ${SUM("add_to_cart")} AS carts, ${SUM("purchase")} AS purchases FROM visits GROUP BY hour`,
  },
  "funnel: sessions by size": {
    shown: async (ask, span) =>
      (await ask<Funnel>(`/api/analysis/funnel?${spanOf(span)}`)).histogram
        .filter(({ sessions }) => sessions > 0)
        .map(({ eventsFrom, sessions, converted }) => ({ eventsFrom, sessions, converted })),
    fromLake: `SELECT list_max(list_filter([1, 2, 3, 4, 5, 6, 11, 21], lambda n: n <= events)) AS "eventsFrom",
      count(*)::INT AS sessions, (count(*) FILTER (converted))::INT AS converted FROM sessions GROUP BY 1`,
  },
  "demand: heat map": {
    shown: async (ask, span) =>
      (await ask<Demand>(`/api/analysis/demand?${spanOf(span)}`)).heat.map(({ weekday, hour, mean }) => ({
        ...{ weekday, hour, mean: round(mean, 6) },
      })),
    fromLake: `WITH days AS (SELECT isodow(d)::INT AS weekday, count(*) AS days
        FROM generate_series((SELECT min(day)::DATE FROM visits WHERE category <> ''), $now::DATE, INTERVAL 1 DAY) AS g(d) GROUP BY 1),
      bought AS (SELECT isodow(day::DATE)::INT AS weekday, hour::INT AS hour, count(*) AS n
        FROM visits WHERE type = 'purchase' AND category <> '' GROUP BY 1, 2)
      SELECT w.weekday::INT AS weekday, h.hour::INT AS hour, round(coalesce(n / days, 0), 6) AS mean
      FROM range(1, 8) AS w(weekday) CROSS JOIN range(0, 24) AS h(hour)
      LEFT JOIN days USING (weekday) LEFT JOIN bought USING (weekday, hour)`,
  },
  "demand: ranking": {
    shown: async (ask, span) =>
      (await ask<Demand>(`/api/analysis/demand?${spanOf(span)}`)).ranking.map((one) => ({
        ...{ category: one.category, units: one.units, revenue: Math.round(Number(one.revenue) * 100) },
        variation: round(one.variation, 4),
      })),
    fromLake: `WITH days AS (SELECT strftime(d, '%Y-%m-%d') AS day FROM generate_series($first::DATE, $now::DATE - 1, INTERVAL 1 DAY) AS g(d)),
      sold AS (SELECT day, 'category ' || (CAST(substr(sku, 6) AS INT) % 12) AS category, sum(units) AS units, sum(revenue) AS revenue
        FROM sku_days WHERE day BETWEEN $first AND $now GROUP BY ALL),
      daily AS (SELECT category, coalesce(units, 0) AS units FROM (SELECT DISTINCT category FROM sold) CROSS JOIN days
        LEFT JOIN sold USING (day, category)),
      spread AS (SELECT category, round(stddev_pop(units) / avg(units), 4) AS variation FROM daily GROUP BY category)
      SELECT category, sum(units)::BIGINT AS units, sum(revenue)::BIGINT AS revenue, any_value(variation) AS variation
      FROM sold JOIN spread USING (category) GROUP BY category`,
  },
  "stock: hours to stock-out": {
    async shown(ask) {
      const rows: MartRow[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const page: Stock = await ask<Stock>(`/api/analysis/stock?limit=200${after}`);
        for (const { sku, stock, level, hoursToStockout } of page.items)
          rows.push({ sku, stock, level, hours: round(hoursToStockout, 1) });
        cursor = page.nextCursor;
      }
      return rows;
    },
    fromLake: `WITH last AS (SELECT sku, arg_max(quantity, "at")::INT AS stock FROM inventory GROUP BY sku),
      rates AS (SELECT sku, coalesce(sum(units) / (count(*) * 24), 0) AS rate
        FROM sku_days WHERE day > strftime($now::DATE - 29, '%Y-%m-%d') AND day < $now GROUP BY sku),
      cover AS (SELECT sku, stock, CASE WHEN stock <= 0 THEN 0 WHEN rate < .01 / 24 THEN NULL ELSE stock / rate END AS hours
        FROM last LEFT JOIN rates USING (sku))
      SELECT sku, stock, CASE WHEN stock <= 0 THEN 'Out of stock' WHEN hours IS NULL THEN 'No demand' WHEN hours < 24 THEN 'Critical'
        WHEN hours < 72 THEN 'Warning' ELSE 'Healthy' END AS level, coalesce(round(hours, 1), -1) AS hours FROM cover`,
  },
} satisfies Record<string, Page>;

export type PageName = keyof typeof PAGES;
const PAGE_NAMES = Object.keys(PAGES) as PageName[];

/** What each page shows, from the API. */
export async function readPages(ask: Ask, span: PageSpan): Promise<Map<PageName, MartRow[]>> {
  const shown = new Map<PageName, MartRow[]>();
  for (const name of PAGE_NAMES) shown.set(name, await PAGES[name].shown(ask, span));
  return shown;
}

/** The same, from the lake alone, once recompute.ts has made its tables. */
export async function recomputePages(
  duck: DuckDBConnection,
  { first, now }: PageSpan,
): Promise<Map<PageName, MartRow[]>> {
  const pages = new Map<PageName, MartRow[]>();
  for (const name of PAGE_NAMES) {
    const text = PAGES[name].fromLake.replaceAll("$first", `'${first}'`).replaceAll("$now", `'${now}'`);
    const rows = (await duck.runAndReadAll(text)).getRowObjects();
    pages.set(name, rows.map(plain));
  }
  return pages;
}
