import type { CartPatternRow, ShardSettings } from "../messages/shard.ts";
import { CART_WINDOW_MS } from "../visitor/cart-pattern.ts";
import { evaluateSignals } from "./evaluate.ts";
import { emptyShop } from "./shop-state.ts";
import type { SkuState } from "./state.ts";

/** Takes what is known of a session's carts now. Answers whether it was news. */
export function takeCartPattern(
  sku: SkuState,
  row: CartPatternRow,
  context: { now: number; settings: ShardSettings },
): boolean {
  const known = sku.shop?.carts.get(row.visitor);
  if (known && (known.at > row.at || (known.at === row.at && known.bought === row.bought))) return false;
  if (row.bought && !known) return false;
  sku.shop ??= emptyShop();
  const { carts } = sku.shop;
  carts.set(row.visitor, { carts: row.carts, at: row.at, bought: row.bought });
  for (const [visitor, { at }] of carts) if (at < context.now - 2 * CART_WINDOW_MS) carts.delete(visitor);
  const clock = Math.max(sku.clock, Math.min(row.at, context.now));
  evaluateSignals(sku, { ...context, clock }, "shop");
  return true;
}
