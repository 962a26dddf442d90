import type { ShardProduct } from "../../domain/messages/shard.ts";

/** How long an isolate relies on what it read of a product; a change of it reaches the shards by its own message. */
const REMEMBERED_MS = 30_000;

/** Products remembered; about 200 bytes each. */
const PRODUCTS_MAX = 50_000;

interface Known {
  product: ShardProduct;
  readAt: number;
}

const known = new Map<string, Known>();

/** A product, if this isolate read it a moment ago and its shard has taken it since. */
export function recallProduct(sku: string, now: number): ShardProduct | null {
  const found = known.get(sku);
  return found !== undefined && now - found.readAt < REMEMBERED_MS ? found.product : null;
}

/** Remembers products that were read now and that their shards hold by now. */
export function rememberProducts(products: readonly ShardProduct[], readAt: number): void {
  if (known.size + products.length > PRODUCTS_MAX) known.clear();
  for (const product of products) known.set(product.sku, { product, readAt });
}

/** Forgets products: the next batch reads them again and sends them to their shards. */
export function forgetProducts(skus: Iterable<string>): void {
  for (const sku of skus) known.delete(sku);
}
