import type { ShardCall, ShardChunk } from "../../domain/messages/shard.ts";
import type { MovingSkus } from "../../domain/messages/shard-page.ts";
import { wholeSku } from "../../domain/shard/older.ts";
import type { ShardState } from "../../domain/shard/shard.ts";
import { packSkus } from "./pack.ts";

/** A SKU under its new name, for the shard that is to have it; no SKU where nothing is known of it. */
export function renamedSku(shard: ShardState, from: string, to: string): MovingSkus {
  const number = shard.numbers.get(from);
  const known = number === undefined ? [] : [shard.skus[number]!];
  const renamed = known.map((state) => ({
    ...wholeSku(state),
    sku: to,
    product: state.product && { ...state.product, sku: to },
  }));
  return { bytes: packSkus(renamed), settings: shard.settings, sources: shard.sources };
}

/**
 * A call without the products that have left under another SKU; null if it brings rows of one. The caller has read the
 * catalogue before the rename: its next try finds the rows' product. What sessions say of carts is not worth a try.
 */
export function withoutLeft(call: ShardCall, left: readonly string[]): ShardCall | null {
  if (left.length === 0) return call;
  const isLeft = (sku: string) => left.includes(sku);
  const bringsLeft = ({ kind, rows }: ShardChunk) => kind !== "carts" && rows.some(({ sku }) => isLeft(sku));
  if (call.chunks.some(bringsLeft)) return null;
  return { ...call, products: call.products.filter(({ sku }) => !isLeft(sku)) };
}
