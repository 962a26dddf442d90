import { and, asc, desc, eq, lte, ne, or, sql } from "drizzle-orm";
import { bulkUpsert, excluded } from "../../db/bulk.ts";
import { marketDays } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { civilDay } from "../../domain/base/time.ts";
import { countGap, emptyGapCount, type GapCount, gapSpread } from "../../domain/market/competitor-gaps.ts";
import { addToMarket, emptyMarket, type Market } from "../../domain/market/position.ts";
import type { ServiceContext } from "../context.ts";
import { giveWay } from "../give-way.ts";
import { readSettings } from "../settings/settings.ts";
import { marketProducts, type PricedProduct } from "./market-products.ts";

/** Measures where our prices stand among the competitors', and keeps it as the newest of the day. */
export async function rollUpMarket(ctx: ServiceContext): Promise<void> {
  const { settings } = await readSettings(ctx.d1);
  const market = emptyMarket();
  const gaps = new Map<string, GapCount>();
  for await (const page of marketProducts(ctx, settings.signals)) {
    for (const product of page) {
      addToMarket(market, product);
      countGaps(gaps, product, settings.currency);
    }
    await giveWay(ctx);
  }
  const rows = rowsOf(market, gaps, civilDay(ctx.now, settings.timeZone), ctx.now);
  await commitBatch(ctx.d1, bulkUpsert(ctx.d1, marketDays, rows, NEWEST));
}

/** The whole says how fresh all of it is; a group is written where it is other than before. */
const NEWEST = {
  newer: "at",
  where: or(eq(marketDays.dimension, "all"), ne(excluded(marketDays.sums), marketDays.sums)),
} as const;

function countGaps(counts: Map<string, GapCount>, product: PricedProduct, ourCurrency: string): void {
  const { sku, category, currency, price, offers } = product;
  for (const { competitor, landedPrice } of offers) {
    const count = counts.get(competitor) ?? emptyGapCount();
    counts.set(competitor, count);
    const prices = currency === ourCurrency ? { ours: price, theirs: landedPrice } : null;
    countGap(count, { sku, category, gap: (landedPrice - price) / price }, prices);
  }
}

function rowsOf(
  market: Market,
  gaps: ReadonlyMap<string, GapCount>,
  day: string,
  at: number,
): (typeof marketDays.$inferInsert)[] {
  const all = { day, dimension: "all" as const, key: "", sums: market.all, at };
  const groups = (["category", "brand"] as const).flatMap((dimension) =>
    [...market[dimension]].map(([key, sums]) => ({ day, dimension, key, sums, at })),
  );
  const competitors = [...market.competitor].map(([key, sums]) => {
    const spread = gapSpread(gaps.get(key)!);
    return { day, dimension: "competitor" as const, key, sums: { ...sums, spread }, at };
  });
  return [all, ...groups, ...competitors];
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
