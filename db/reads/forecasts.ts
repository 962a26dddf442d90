import { eq } from "drizzle-orm";
import type { Database } from "../database.ts";
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
