import type { ShardPage } from "../messages/shard-page.ts";
import { wholeSku } from "./older.ts";
import { presentOf } from "./present.ts";
import type { ShardState } from "./shard.ts";

/** Rows of D1 that a page may come to, and SKUs of one. */
const PAGE_ROWS_MAX = 4_000;
const PAGE_SKUS_MAX = 100;

/**
 * The SKUs from a number on with everything that D1 is to have of them: all offers, all signals that are remembered,
 * every day of demand.
 */
export function wholePage(shard: ShardState, from: number, now: number): ShardPage {
  const page: ShardPage = { skus: [], products: [], next: null };
  let rows = 0;
  let number = from;
  for (; number < shard.skus.length && page.skus.length < PAGE_SKUS_MAX && rows < PAGE_ROWS_MAX; number++) {
    const sku = wholeSku(shard.skus[number]!);
    const query = { now, since: 0, days: sku.demand.keys(), settledFor: Number.POSITIVE_INFINITY };
    const present = presentOf(sku, shard.sources, query, shard.settings);
    rows += present.offers.length + present.signals.length + present.demandDays.length + 1;
    page.skus.push(present);
    if (sku.product !== null) {
      const { version, price } = sku.product;
      page.products.push({ sku: sku.sku, version, price });
    }
  }
  return { ...page, next: number < shard.skus.length ? number : null };
}
