import type { AggregateRow } from "../messages/shard.ts";
import { emptyShop } from "./shop-state.ts";
import type { SkuState } from "./state.ts";

/**
 * Takes a comparison site's figures: the newest by event time are kept. taken: the state changed · again: this very row
 * set them, or newer ones are there · duplicate: another row reported the same instant
 */
export function takeAggregate(
  sku: SkuState,
  row: AggregateRow,
  origin: { receivedAt: number; tag: number },
): "taken" | "again" | "duplicate" {
  const known = sku.shop?.aggregates.get(row.aggregator);
  if (known && known.state.observedAt === row.observedAt)
    return known.tag === origin.tag ? "again" : "duplicate";
  if (known && known.state.observedAt > row.observedAt) return "again";
  sku.shop ??= emptyShop();
  const { row: _, sku: __, ...figures } = row;
  const version = (known?.state.version ?? 0) + 1;
  const state = { ...figures, receivedAt: origin.receivedAt, version };
  sku.shop.aggregates.set(row.aggregator, { state, tag: origin.tag });
  return "taken";
}
