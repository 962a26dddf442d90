import type { ProductRecord } from "../../db/reads/products.ts";
import type { UnderlyingPrice } from "../../domain/strategies/served-price.ts";

/** What of a product's row says which price is underneath an override; `at`: the instant that is asked for, ms. */
export type PricedProduct = Pick<
  ProductRecord,
  "sku" | "price" | "priceSource" | "basePrice" | "baseWaitsSince"
> & { at: number };

/**
 * The prices of these products without overrides, by SKU: a base price that waits since before the instant, else the
 * newest of the ledger that no override caused.
 */
export async function underlyingPrices(
  d1: D1Database,
  products: readonly PricedProduct[],
): Promise<Map<string, UnderlyingPrice>> {
  const found = new Map<string, UnderlyingPrice>();
  const overridden: string[] = [];
  for (const { sku, price, priceSource, basePrice, baseWaitsSince, at } of products) {
    // at the very instant at which a freeze began the import was after it
    if (baseWaitsSince !== null && baseWaitsSince < at) found.set(sku, { price: basePrice, source: "base" });
    else if (priceSource === "override") overridden.push(sku);
    else found.set(sku, { price, source: priceSource as UnderlyingPrice["source"] });
  }
  if (overridden.length === 0) return found;
  const { results } = await d1
    .prepare(
      `SELECT l.sku, l.to_price AS price, l.source FROM json_each(?1) j JOIN price_ledger l
         ON l.sku = j.value AND l.seq = (SELECT max(m.seq) FROM price_ledger m
           WHERE m.sku = j.value AND m.source <> 'override')`,
    )
    .bind(JSON.stringify(overridden))
    .all<{ sku: string } & UnderlyingPrice>();
  for (const { sku, price, source } of results) found.set(sku, { price, source });
  for (const { sku, basePrice } of products)
    if (!found.has(sku)) found.set(sku, { price: basePrice, source: "base" });
  return found;
}
