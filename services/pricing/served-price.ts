import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import { holdInForce } from "../../domain/runs/hold.ts";
import type { Override } from "../../domain/strategies/resolve.ts";
import type { ServiceContext } from "../context.ts";
import { asOverride, selectOverrides } from "../overrides/read-overrides.ts";

/** The price that a shop serves: the product's, and the freeze or fixed price that holds it now. */
export interface ServedProduct {
  product: ProductRecord;
  hold: Override | null;
}

/** Reads both side by side, over the index of open overrides; null if there is no such product. */
export async function readServedPrice(
  ctx: Pick<ServiceContext, "d1" | "db" | "now">,
  sku: string,
): Promise<ServedProduct | null> {
  const [product, open] = await Promise.all([
    readProduct(ctx.db, sku),
    selectOverrides(
      ctx.d1,
      `ended_at IS NULL AND expires_at > ?2 AND (
         (scope = 'sku' AND key = ?1)
         OR (scope = 'category' AND key = (SELECT category FROM products WHERE sku = ?1))
         OR (scope = 'brand' AND key = (SELECT brand FROM products WHERE sku = ?1))
         OR (scope = 'global' AND key = ''))`,
      sku,
      ctx.now,
    ),
  ]);
  return product && { product, hold: holdInForce(open.map(asOverride), product, ctx.now) };
}
