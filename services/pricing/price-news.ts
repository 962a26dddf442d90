import { formatMinor } from "../../domain/base/money.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { LiveItem } from "../../domain/messages/live.ts";
import type { ServiceContext } from "../context.ts";
import type { OutboxRow } from "../operate/claim-outbox.ts";

/** SKUs of one outbox row: a wake-up message for them stays small. */
const SKUS_PER_ROW = 200;

/** Outbox rows saying that our side of these SKUs changed; they go into the batch that changed it. */
export function oursOutbox(
  ctx: Pick<ServiceContext, "d1" | "now">,
  skus: readonly string[],
): D1PreparedStatement[] {
  const rows: string[][] = [];
  for (let start = 0; start < skus.length; start += SKUS_PER_ROW)
    rows.push(skus.slice(start, start + SKUS_PER_ROW));
  if (rows.length === 0) return [];
  return [
    ctx.d1
      .prepare(
        `INSERT INTO outbox (kind, key, body, created_at, attempts)
         SELECT 'ours', value ->> 0, value, ?2, 0 FROM json_each(?1)`,
      )
      .bind(JSON.stringify(rows), ctx.now),
  ];
}

/** Prices told of one by one; after a larger change the lists have to be read anyway. */
const TOLD_MAX = 500;

interface Change {
  sku: string;
  price: number;
  currency: string;
  source: string;
  at: number;
}

/**
 * The prices that changed in the batches that wrote these outbox rows, whatever changed them, for whoever looks on.
 * A row that is sent again was told of before, and a product's first price is no change.
 */
export async function priceNews(d1: D1Database, rows: readonly OutboxRow[]): Promise<LiveItem[]> {
  const pairs = rows
    .filter(({ attempts }) => attempts === 1)
    .flatMap(({ skus, createdAt }) => skus.map((sku) => [sku, createdAt]))
    .slice(0, TOLD_MAX);
  if (pairs.length === 0) return [];
  const { results } = await d1
    .prepare(
      `SELECT l.sku, l.to_price AS price, l.currency, l.source, l.at
       FROM json_each(?1) j JOIN price_ledger l ON l.sku = j.value ->> 0 AND l.at = j.value ->> 1
       WHERE l.from_price IS NOT NULL ORDER BY l.seq`,
    )
    .bind(JSON.stringify(pairs))
    .all<Change>();
  return results.map(({ sku, price, currency, source, at }) => ({
    ...{ type: "price", sku, price: formatMinor(price, currency), currency, source, at: iso(at) },
  }));
}
