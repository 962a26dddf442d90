import type { AggregateRow } from "../messages/rows.ts";
import { emptyShop } from "./shop-state.ts";
import type { SkuState } from "./state.ts";

/** Instants remembered per site: a site is read every few minutes or hours, and a row comes late by less than a day. */
const INSTANTS_MAX = 32;

/**
 * Takes a comparison site's figures: the newest by event time are kept. taken: the state changed · again: this very row
 * came before, or one so old that it is no longer told apart · duplicate: another row reported the same instant
 */
export function takeAggregate(
  sku: SkuState,
  row: AggregateRow,
  origin: { receivedAt: number; tag: number },
): "taken" | "again" | "duplicate" {
  const known = sku.shop?.aggregates.get(row.aggregator);
  const seen = known?.seen ?? [];
  const same = seen.find(([at]) => at === row.observedAt);
  if (same) return same[1] === origin.tag ? "again" : "duplicate";
  const isFull = seen.length >= INSTANTS_MAX;
  if (isFull && row.observedAt < seen[0]![0]) return "again";
  const instants = [...seen, [row.observedAt, origin.tag] as [number, number]].sort(([a], [b]) => a - b);
  sku.shop ??= emptyShop();
  const { row: _, sku: __, ...figures } = row;
  const isNewest = known === undefined || known.state.observedAt < row.observedAt;
  const version = (known?.state.version ?? 0) + 1;
  const state = isNewest ? { ...figures, receivedAt: origin.receivedAt, version } : known.state;
  sku.shop.aggregates.set(row.aggregator, { state, seen: instants.slice(-INSTANTS_MAX) });
  return "taken";
}
