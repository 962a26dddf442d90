import type { ShardProduct } from "../../domain/messages/shard.ts";

/** How long an isolate goes by what it read of a product; changes of ours reach the shards by their own message. */
const REMEMBERED_MS = 30_000;

/** Products remembered; about 200 bytes each. */
const PRODUCTS_MAX = 50_000;

interface Known {
  side: ShardProduct;
  readAt: number;
}

const known = new Map<string, Known>();

/** Our side of a product, if this isolate read it a moment ago and its shard has taken it since. */
export function recallProduct(sku: string, now: number): ShardProduct | null {
  const found = known.get(sku);
  return found !== undefined && now - found.readAt < REMEMBERED_MS ? found.side : null;
}

/** Remembers products that were read now, and that their shard holds by now. */
export function rememberProducts(sides: readonly ShardProduct[], readAt: number): void {
  if (known.size + sides.length > PRODUCTS_MAX) known.clear();
  for (const side of sides) known.set(side.sku, { side, readAt });
}

/** Forgets products: the next batch reads them again and tells their shards. */
export function forgetProducts(skus: Iterable<string>): void {
  for (const sku of skus) known.delete(sku);
}
