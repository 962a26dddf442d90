import type { AggregateRow, CartPatternRow } from "../messages/rows.ts";
import type { OurSide, ShardSettings } from "../messages/shard.ts";
import { CART_WINDOW_MS } from "./demand/visitor.ts";
import { evaluateSignals } from "./evaluate.ts";
import { emptyShop, hasOwnStock } from "./shop-state.ts";
import type { CartPattern, SkuState } from "./state.ts";

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
