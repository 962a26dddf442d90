import { and, eq, isNotNull } from "drizzle-orm";
import { bulkInsert, jsonTable } from "../../db/bulk.ts";
import { database } from "../../db/database.ts";
import { outbox, priceLedger } from "../../db/schema.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { LiveItem } from "../../domain/messages/live.ts";
import type { ServiceContext } from "../context.ts";
import type { OutboxRow } from "../operate/claim-outbox.ts";

/** SKUs of one outbox row: a wake-up message for them stays small. */
const SKUS_PER_ROW = 200;

/** Outbox rows saying that these shard products changed; they go into the batch that changed them. */
export function oursOutbox(
  ctx: Pick<ServiceContext, "d1" | "now">,
  skus: readonly string[],
): D1PreparedStatement[] {
  const rows: (typeof outbox.$inferInsert)[] = [];
  for (let start = 0; start < skus.length; start += SKUS_PER_ROW) {
    const body = skus.slice(start, start + SKUS_PER_ROW);
    rows.push({ kind: "ours", key: body[0]!, body, createdAt: ctx.now, attempts: 0 });
  }
  return bulkInsert(ctx.d1, outbox, rows);
}

/** Prices published one by one; after a larger change the lists have to be read anyway. */
const PUBLISHED_MAX = 500;

/**
 * The prices that changed in the batches that wrote these outbox rows, whatever changed them, for open dashboards.
 * A row that is sent again was published before, and a product's first price is no change.
 */
export async function priceNews(d1: D1Database, rows: readonly OutboxRow[]): Promise<LiveItem[]> {
  const changed = rows
    .filter(({ attempts }) => attempts === 1)
    .flatMap(({ skus, createdAt }) => skus.map((sku) => ({ sku, at: createdAt })))
    .slice(0, PUBLISHED_MAX);
  if (changed.length === 0) return [];
  const news = jsonTable("news", ["sku", "at"], changed);
  const entries = await database(d1)
    .select({ entry: priceLedger })
    .from(priceLedger)
    .innerJoin(news.table, and(eq(priceLedger.sku, news.sku), eq(priceLedger.at, news.at)))
    .where(isNotNull(priceLedger.from))
    .orderBy(priceLedger.seq);
  return entries.map(({ entry: { sku, to, currency, source, at } }) => ({
    ...{ type: "price", sku, price: formatMinor(to, currency), currency, source, at: iso(at) },
  }));
}
