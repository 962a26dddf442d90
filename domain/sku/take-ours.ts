import type { OurSide, ShardSettings } from "../messages/shard.ts";
import { evaluateSignals } from "./evaluate.ts";
import type { SkuState } from "./state.ts";
import { hasOwnStock } from "./stock.ts";

/** Whether this side of ours is news: not older than what is held, and different. */
export function isNewOurs(sku: SkuState, ours: OurSide): boolean {
  const held = sku.ours;
  if (held === null) return true;
  if (ours.version < held.version) return false;
  return (
    ours.version > held.version ||
    ours.price !== held.price ||
    ours.active !== held.active ||
    (ours.stock !== held.stock && !hasOwnStock(sku)) ||
    ours.sensitivity !== held.sensitivity ||
    ours.currency !== held.currency ||
    ours.title !== held.title
  );
}

/**
 * Takes our side if it is news, and evaluates all of the SKU's signals against it. Answers whether it was.
 */
export function takeOurs(sku: SkuState, ours: OurSide, now: number, settings: ShardSettings): boolean {
  if (!isNewOurs(sku, ours)) return false;
  sku.ours = ours;
  if (sku.competitors.size > 0 || sku.shop !== null || ours.stock !== null)
    evaluateSignals(sku, { now, clock: Math.max(sku.clock, now), settings }, "ours");
  return true;
}
