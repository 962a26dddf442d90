import type { ProductRecord } from "../../db/reads/products.ts";
import type { Override } from "../../domain/ledger/overrides.ts";
import { dueAt, frozenSince, servedAt, type UnderlyingPrice } from "../../domain/ledger/served-price.ts";
import { asOverride, OVERRIDE_COLUMNS, type OverrideRow, recordOf } from "../overrides/read-overrides.ts";

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

/** The price to serve, minor units; instants in ms. */
export interface ServedPriceNow {
  sku: string;
  price: number;
  currency: string;
  source: ProductRecord["priceSource"];
  since: number;
  /** when the override ends that it is from */
  until: number | null;
  overrideId: string | null;
  version: number;
}

type ProductRow = Pick<
  ProductRecord,
  "sku" | "brand" | "category" | "price" | "currency" | "basePrice" | "priceSource" | "priceSince" | "version"
> &
  Pick<ProductRecord, "baseWaitsSince">;

/** The freezes and fixed prices of the SKU ?1; which of them, is to be added. */
const CONCERNING = `SELECT ${OVERRIDE_COLUMNS} FROM overrides o JOIN products p ON p.sku = ?1
  WHERE o.kind <> 'FORCE_RULE_BASED' AND (o.scope = 'global' OR (o.scope = 'sku' AND o.key = p.sku)
    OR (o.scope = 'category' AND o.key = p.category) OR (o.scope = 'brand' AND o.key = p.brand))`;

/**
 * The price of a SKU as of now. What has begun or ended since the last minute tick counts at once: the stored price
 * follows. Null if there is no such product.
 */
export async function readServedPrice(
  d1: D1Database,
  sku: string,
  now: number,
): Promise<ServedPriceNow | null> {
  const [products, open] = await d1.batch([
    d1
      .prepare(
        `SELECT sku, brand, category, currency, price, price_source AS priceSource, price_since AS priceSince,
           base_price AS basePrice, base_waits_since AS baseWaitsSince, version FROM products WHERE sku = ?1`,
      )
      .bind(sku),
    d1.prepare(`${CONCERNING} AND o.ended_at IS NULL`).bind(sku),
  ]);
  const row = (products!.results as ProductRow[])[0];
  if (!row) return null;
  const { price, currency, priceSource, priceSince, version } = row;
  const none = { until: null, overrideId: null };
  const stored = { sku, price, currency, source: priceSource, since: priceSince, version, ...none };
  const overrides = (open!.results as OverrideRow[]).map(recordOf).map(asOverride);
  if (overrides.length === 0 && row.baseWaitsSince === null && priceSource !== "override") return stored;
  const frozenAt = frozenSince(overrides, row, now);
  const known = frozenAt === null ? overrides : await overridesSince(d1, sku, frozenAt);
  const underlying = (await underlyingPrices(d1, [{ ...row, at: frozenAt ?? now }])).get(sku)!;
  const served = servedAt(known, row, underlying, now);
  const { source, until } = served;
  const isStored = served.price === price && source === priceSource;
  const since = isStored
    ? priceSince
    : (frozenSince(known, row, now) ?? dueAt(known, row, now, row.baseWaitsSince).at);
  return { ...stored, price: served.price, source, since, until, overrideId: served.override?.id ?? null };
}

/** Also those that have ended since a freeze began: it may hold what they were. */
async function overridesSince(d1: D1Database, sku: string, since: number): Promise<Override[]> {
  const { results } = await d1
    .prepare(`${CONCERNING} AND (o.ended_at IS NULL OR o.ended_at >= ?2)`)
    .bind(sku, since)
    .all<OverrideRow>();
  return results.map(recordOf).map(asOverride);
}
