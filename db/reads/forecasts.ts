import { eq, sql } from "drizzle-orm";
import type { Database } from "../database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../list.ts";
import { elasticities, forecasts, products } from "../schema.ts";

/** The newest forecast of a SKU with its product and the mean of its elasticity, or null. */
export async function readForecast(db: Database, sku: string) {
  const [row] = await db
    .select({ forecast: forecasts, product: products, elasticity: elasticities.mean })
    .from(forecasts)
    .innerJoin(products, eq(products.sku, forecasts.sku))
    .leftJoin(elasticities, eq(elasticities.sku, forecasts.sku))
    .where(eq(forecasts.sku, sku));
  return row ?? null;
}

/** Error of the price last seen less that of the forecast: what the forecast is worth, minor units. */
const gain = sql<number>`coalesce(${forecasts.priceBaselineMae} - ${forecasts.priceMae}, -1e12)`;

export const FORECAST_LIST = {
  source: sql`${forecasts} INNER JOIN ${products} ON ${products.sku} = ${forecasts.sku}`,
  id: forecasts.sku,
  sorts: {
    sku: forecasts.sku,
    gain,
    mae: sql`coalesce(${forecasts.priceMae}, -1)`,
    scored: sql`coalesce(${forecasts.priceScored}, 0)`,
    nextUnits: sql`coalesce(${forecasts.nextUnits}, -1)`,
  },
  sort: "sku",
  search: [forecasts.sku, products.title, products.brand],
  facets: { category: products.category, brand: products.brand, usesForecast: forecasts.usesForecast },
} as const satisfies ListShape;

/** A page of forecasts with how near those of the cheapest competitor came. */
export async function listForecasts(
  db: Database,
  query: ListQuery,
  filter: { category?: string | undefined; brand?: string | undefined; usesForecast?: boolean | undefined },
) {
  const { category, brand, usesForecast } = filter;
  const filters = [
    is(products.category, category),
    is(products.brand, brand),
    is(forecasts.usesForecast, usesForecast),
  ];
  const { sku, asOf, price, nextUnits, nextBaseline, priceScored, priceMae, priceBaselineMae } = forecasts;
  return readPage(db, FORECAST_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({
          ...{ sku, title: products.title, category: products.category, currency: products.currency, asOf },
          ...{ price, nextUnits, nextBaseline, priceScored, priceMae, priceBaselineMae },
          ...{ usesForecast: forecasts.usesForecast, quantityUnit: products.quantityUnit },
          ...place,
        })
        .from(forecasts)
        .innerJoin(products, eq(products.sku, forecasts.sku))
        .$dynamic(),
    ),
  );
}
