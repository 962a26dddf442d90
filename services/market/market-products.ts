import { and, asc, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { competitors, elasticities, offers, products } from "../../db/schema.ts";
import { isBuyable } from "../../domain/messages/rows.ts";
import { isFreshOffer } from "../../domain/settings/freshness.ts";
import type { SignalSettings } from "../../domain/settings/signals.ts";
import type { ServiceContext } from "../context.ts";

const PRODUCTS_PER_READ = 2_000;

/** A product on sale with the offers that count now: fresh, not missing, in stock, of competitors that are included. */
export interface PricedProduct {
  sku: string;
  title: string;
  category: string;
  brand: string | null;
  currency: string;
  /** minor units, as the offers */
  price: number;
  /** learned by the newest elasticity run; null = not yet */
  unitsPerDay: number | null;
  offers: { competitor: string; landedPrice: number; observedAt: number }[];
}

/** Products on sale in the order of their SKUs, page by page. */
export async function* marketProducts(
  ctx: ServiceContext,
  settings: SignalSettings,
): AsyncGenerator<PricedProduct[]> {
  let after = "";
  while (true) {
    const page = await readProducts(ctx, settings, gt(products.sku, after));
    yield page;
    const last = page.at(-1);
    if (page.length < PRODUCTS_PER_READ || !last) return;
    after = last.sku;
  }
}

/** The cheapest offer that counts, of each of these products on sale that has one. */
export async function cheapestOffers(
  ctx: ServiceContext,
  settings: SignalSettings,
  skus: readonly string[],
): Promise<Map<string, PricedProduct["offers"][number]>> {
  const found = skus.length === 0 ? [] : await readProducts(ctx, settings, isAmong(products.sku, skus));
  return new Map(
    found.flatMap(({ sku, offers: [first, ...others] }) =>
      first === undefined
        ? []
        : [[sku, others.reduce((least, one) => (one.landedPrice < least.landedPrice ? one : least), first)]],
    ),
  );
}

async function readProducts(
  { db, now }: ServiceContext,
  settings: SignalSettings,
  which: SQL,
): Promise<PricedProduct[]> {
  const page = db
    .select({ sku: products.sku })
    .from(products)
    .where(and(eq(products.status, "active"), which))
    .orderBy(asc(products.sku))
    .limit(PRODUCTS_PER_READ)
    .as("page");
  const rows = await db
    .select({
      sku: products.sku,
      title: products.title,
      category: products.category,
      brand: products.brand,
      currency: products.currency,
      price: products.price,
      logUnitsPerDay: sql<number | null>`json_extract(${elasticities.report}, '$.demand.logMean')`,
      competitor: offers.competitor,
      landedPrice: offers.landedPrice,
      observedAt: offers.observedAt,
      availability: offers.availability,
      included: competitors.include,
    })
    .from(page)
    .innerJoin(products, eq(products.sku, page.sku))
    .leftJoin(elasticities, eq(elasticities.sku, products.sku))
    .leftJoin(
      offers,
      and(eq(offers.sku, products.sku), eq(offers.currency, products.currency), isNull(offers.missingSince)),
    )
    .leftJoin(competitors, eq(competitors.id, offers.competitor))
    .orderBy(asc(products.sku));
  const found = new Map<string, PricedProduct>();
  for (const {
    competitor,
    landedPrice,
    observedAt,
    availability,
    included,
    logUnitsPerDay,
    ...product
  } of rows) {
    const unitsPerDay = logUnitsPerDay === null ? null : Math.exp(logUnitsPerDay);
    const one = found.get(product.sku) ?? { ...product, unitsPerDay, offers: [] };
    found.set(product.sku, one);
    if (competitor === null || included === false || !isBuyable(availability!)) continue;
    const offer = { competitor, landedPrice: landedPrice!, observedAt: observedAt! };
    if (isFreshOffer(offer, now, settings)) one.offers.push(offer);
  }
  return [...found.values()];
}
