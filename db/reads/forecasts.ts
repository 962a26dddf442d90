import { eq } from "drizzle-orm";
import type { Database } from "../database.ts";
import { forecasts, products } from "../schema.ts";

/** The newest forecast of a SKU with its product's currency, or null. */
export async function readForecast(db: Database, sku: string) {
  const [row] = await db
    .select({ forecast: forecasts, currency: products.currency })
    .from(forecasts)
    .innerJoin(products, eq(products.sku, forecasts.sku))
    .where(eq(forecasts.sku, sku));
  return row ?? null;
}
