import { DAY_MS } from "../../domain/base/time.ts";
import { type PricePoint, type PriorPrice, priorPrice } from "../../domain/ledger/prior-price.ts";

const WINDOW_MS = 30 * DAY_MS;

/** The lowest price of the 30 days before `start` (ms), by the ledger. */
export async function readPriorPrice(d1: D1Database, sku: string, start: number): Promise<PriorPrice> {
  const first = start - WINDOW_MS;
  const { results } = await d1
    .prepare(
      `SELECT to_price AS price, at FROM price_ledger WHERE sku = ?1 AND at < ?3 AND at >= coalesce(
         (SELECT max(c.at) FROM price_ledger c WHERE c.sku = ?1 AND c.at <= ?2), ?2) ORDER BY at, seq`,
    )
    .bind(sku, first, start)
    .all<PricePoint>();
  return priorPrice(results, start);
}
