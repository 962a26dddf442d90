import { and, asc, desc, eq, gt, lte, sql } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { competitors, elasticities, marketDays, offers, products } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { civilDay } from "../../domain/base/time.ts";
import { addToMarket, emptyMarket, type Market, type MarketProduct } from "../../domain/market/position.ts";
import { isBuyable } from "../../domain/messages/rows.ts";
import { isFreshOffer } from "../../domain/settings/freshness.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";

const PRODUCTS_PER_READ = 2_000;

/** Measures where our prices stand among the competitors', and keeps it as the newest of the day. */
export async function rollUpMarket(ctx: ServiceContext): Promise<void> {
  const { settings } = await readSettings(ctx.d1);
  const market = emptyMarket();
  let after = "";
  while (true) {
    const page = await readProducts(ctx, after);
    for (const [, product] of page)
      addToMarket(market, {
        ...product,
        offers: product.offers.filter((offer) => isFreshOffer(offer, ctx.now, settings.signals)),
      });
    const last = page.at(-1);
    if (page.length < PRODUCTS_PER_READ || !last) break;
    after = last[0];
  }
  const rows = rowsOf(market, civilDay(ctx.now, settings.timeZone), ctx.now);
  await commitBatch(ctx.d1, bulkUpsert(ctx.d1, marketDays, rows, NEWEST));
}

const NEWEST = { newer: "at" } as const;

type Read = Omit<MarketProduct, "offers"> & {
  offers: { competitor: string; landedPrice: number; observedAt: number }[];
};

/** Active products in SKU order, with the offers in stock of competitors that count. */
async function readProducts({ db }: ServiceContext, after: string): Promise<[sku: string, Read][]> {
  const page = db
    .select({ sku: products.sku })
    .from(products)
    .where(and(eq(products.status, "active"), gt(products.sku, after)))
    .orderBy(asc(products.sku))
    .limit(PRODUCTS_PER_READ)
    .as("page");
  const rows = await db
    .select({
      sku: products.sku,
      category: products.category,
      brand: products.brand,
      price: products.price,
      unitsPerDay: sql<number | null>`json_extract(${elasticities.report}, '$.demandPerDay')`,
      competitor: offers.competitor,
      landedPrice: offers.landedPrice,
      observedAt: offers.observedAt,
      availability: offers.availability,
      included: competitors.include,
    })
    .from(page)
    .innerJoin(products, eq(products.sku, page.sku))
    .leftJoin(elasticities, eq(elasticities.sku, products.sku))
    .leftJoin(offers, and(eq(offers.sku, products.sku), eq(offers.currency, products.currency)))
    .leftJoin(competitors, eq(competitors.id, offers.competitor))
    .orderBy(asc(products.sku));
  const found = new Map<string, Read>();
  for (const { sku, competitor, landedPrice, observedAt, availability, included, ...product } of rows) {
    const one = found.get(sku) ?? { ...product, offers: [] };
    found.set(sku, one);
    if (competitor !== null && included !== false && isBuyable(availability!))
      one.offers.push({ competitor, landedPrice: landedPrice!, observedAt: observedAt! });
  }
  return [...found];
}

function rowsOf(market: Market, day: string, at: number): (typeof marketDays.$inferInsert)[] {
  const all = { day, dimension: "all" as const, key: "", sums: market.all, at };
  const groups = (["category", "brand", "competitor"] as const).flatMap((dimension) =>
    [...market[dimension]].map(([key, sums]) => ({ day, dimension, key, sums, at })),
  );
  return [all, ...groups];
}

type MarketDay = typeof marketDays.$inferSelect;

/** A small catalogue is measured again when it is asked for; a large one every hour. */
const FRESH_MS_PER_PRODUCT = 5;
const FRESH_MS_MIN = 10_000;

/** Measures the market if what is kept is old for its size. */
export async function refreshMarket(ctx: ServiceContext): Promise<void> {
  const [newest] = await ctx.db
    .select({ at: marketDays.at, sums: marketDays.sums })
    .from(marketDays)
    .where(eq(marketDays.dimension, "all"))
    .orderBy(desc(marketDays.day))
    .limit(1);
  const size = (newest?.sums as { products?: number } | undefined)?.products ?? 0;
  if (!newest || ctx.now - newest.at > Math.max(FRESH_MS_MIN, size * FRESH_MS_PER_PRODUCT))
    await rollUpMarket(ctx);
}

/** The days of one dimension, or of one key of it, oldest first. */
export async function readMarketDays(
  { db }: Pick<ServiceContext, "db">,
  query: { dimension: MarketDay["dimension"]; key?: string | undefined; from: string; to: string },
): Promise<MarketDay[]> {
  const { dimension, key, from, to } = query;
  return db
    .select()
    .from(marketDays)
    .where(
      and(
        eq(marketDays.dimension, dimension),
        key === undefined ? undefined : eq(marketDays.key, key),
        sql`${marketDays.day} >= ${from}`,
        lte(marketDays.day, to),
      ),
    )
    .orderBy(asc(marketDays.key), asc(marketDays.day));
}
