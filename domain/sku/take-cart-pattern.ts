import type { CartPatternRow } from "../messages/rows.ts";
import type { ShardSettings } from "../messages/shard.ts";
import { CART_WINDOW_MS } from "../visitor/cart-pattern.ts";
import { evaluateSignals } from "./evaluate.ts";
import { type CartPattern, emptyShop } from "./shop-state.ts";
import type { SkuState } from "./state.ts";

/**
 * Takes what is known of a session's carts: of two readings the one that saw more, whichever comes first. Answers whether
 * it was news.
 */
export function takeCartPattern(
  sku: SkuState,
  row: CartPatternRow,
  context: { now: number; settings: ShardSettings },
): boolean {
  const forgottenBefore = context.now - 2 * CART_WINDOW_MS;
  const known = sku.shop?.carts.get(row.visitor);
  if (row.at < forgottenBefore || (known && !sawMore(row, known))) return false;
  sku.shop ??= emptyShop();
  const { carts } = sku.shop;
  carts.set(row.visitor, { carts: row.carts, at: row.at, bought: row.bought });
  for (const [visitor, { at }] of carts) if (at < forgottenBefore) carts.delete(visitor);
  const clock = Math.max(sku.clock, Math.min(row.at, context.now));
  evaluateSignals(sku, { ...context, clock }, "shop");
  return true;
}

/** Later additions, or a purchase after the same, or more of them until the same. */
function sawMore(one: CartPattern, than: CartPattern): boolean {
  if (one.at !== than.at) return one.at > than.at;
  return one.bought === than.bought ? one.carts > than.carts : one.bought;
}
