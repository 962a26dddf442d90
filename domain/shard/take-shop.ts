import { wideHash } from "../base/sharding.ts";
import { civilDay, HOUR_MS } from "../base/time.ts";
import { demandExtras } from "../messages/packed-rows.ts";
import type { AggregateRow, CartPatternRow, DemandRow, EventRow, InventoryRow } from "../messages/rows.ts";
import type { ShardProduct } from "../messages/shard.ts";
import { visitKind } from "../messages/visits.ts";
import { countEvent, noteId } from "./demand/activity.ts";
import { countersOf } from "./demand/counters.ts";
import { CART_WINDOW_MS } from "./demand/visitor.ts";
import { emptyWarehouse, insertStockEvent, settleStock } from "./demand/warehouse.ts";
import { evaluateSignals, nextDueAt } from "./evaluate.ts";
import { emptyShop, hasOwnStock, stockOf, updateDay } from "./shop-state.ts";
import type { CartPattern, DemandDay, DemandPost, SkuState } from "./state.ts";
import type { RowOrigin, RowOutcome, TakeContext } from "./taking.ts";

/** Counts a shop event if its id is new. A refund is counted separately and does not reduce the units sold. */
export function takeEvent(
  sku: SkuState,
  row: EventRow,
  origin: RowOrigin,
  { now, settings }: TakeContext,
): RowOutcome {
  const timeZone = settings.timeZone ?? "UTC";
  // kept only once an event is taken: one that is refused is not stored, so it must leave no trace in memory
  const shop = sku.shop ?? emptyShop();
  const { activity } = shop;
  const clock = { now, receivedAt: origin.receivedAt, eventHours: settings.eventHours };
  const seen = { at: row.at, tag: origin.tag, visitor: row.visitor, kind: visitKind(row.type, row.device) };
  const noted = noteId(activity, row.event, seen, clock);
  if (noted !== "new") return noted;
  sku.shop = shop;
  const day = civilDay(row.at, timeZone);
  const counters = countersOf(row, row.price ?? sku.product?.price ?? 0);
  countEvent(activity, counters, { at: row.at, day, device: row.device }, timeZone);
  updateDay(sku, day, { now, timeZone }, row.type === "purchase");
  if (row.type === "purchase")
    evaluateSignals(sku, { now, settings, clock: Math.max(sku.clock, Math.min(row.at, now)) }, "shop");
  else sku.dueAt = nextDueAt(sku, settings);
  return "taken";
}

/**
 * Applies a stock event at its place in time if its id is new. The signals about the market are evaluated only when the
 * SKU sells out or comes back, since we take part in the market only while we have stock.
 */
export function takeInventory(
  sku: SkuState,
  row: InventoryRow,
  origin: RowOrigin,
  { now, settings }: TakeContext,
): RowOutcome {
  const timeZone = settings.timeZone ?? "UTC";
  const shop = sku.shop ?? emptyShop();
  const clock = { now, receivedAt: origin.receivedAt, eventHours: settings.eventHours };
  const seen = { at: row.at, tag: origin.tag };
  const noted = noteId(shop.activity, wideHash(`stock ${row.id}`), seen, clock);
  if (noted !== "new") return noted;
  sku.shop = shop;
  const before = stockOf(shop)?.total ?? sku.product?.stock ?? null;
  const warehouse = shop.warehouses.get(row.warehouse) ?? emptyWarehouse();
  shop.warehouses.set(row.warehouse, warehouse);
  const { id, type, effect, quantity, at } = row;
  insertStockEvent(warehouse, { id, type, effect, quantity, at });
  settleStock(warehouse, now - (settings.eventHours + 48) * HOUR_MS);
  warehouse.version = ++shop.stockVersion;
  const total = stockOf(shop)?.total ?? 0;
  const isTurn = before === null || before > 0 !== total > 0;
  // a late event also changes the in-stock share of the days since; days exist only where the shop posts its sales as
  // events too
  for (const [day, { start, end }] of shop.activity.days)
    if (end > at && start <= now) updateDay(sku, day, { now, timeZone }, isTurn);
  const evaluation = { now, settings, clock: Math.max(sku.clock, Math.min(at, now)) };
  evaluateSignals(sku, evaluation, isTurn ? "product" : "shop");
  return "taken";
}

/** Days of demand kept per SKU: a little over three years. Older ones are in D1 only. */
const DEMAND_DAYS_MAX = 1200;
/** Repeats remembered per day. A chunk is sent again soon or never, and forgetting a repeat changes no demand. */
const REPEATS_MAX = 16;

/**
 * Takes a day of demand. The row that was received last counts, in whatever order rows arrive here. The same content
 * again is a duplicate.
 */
export function takeDemand(sku: SkuState, row: DemandRow, { receivedAt, tag }: RowOrigin): RowOutcome {
  const before = sku.demand.get(row.day);
  const post = { receivedAt, row: row.row, tag };
  if (before?.repeats.includes(tag)) return "duplicate";
  if (before?.post && comparePosts(post, before.post) <= 0) return "again";
  const revenue = row.revenue ?? Math.round(row.units * row.price);
  const content = {
    units: row.units,
    revenue,
    price: row.price,
    inStockShare: row.inStockShare,
    promo: row.promo,
    views: row.views,
    carts: row.carts,
    ...demandExtras(row),
  };
  // a day made of events is replaced even by equal figures: from then on its events no longer change it
  if (before?.post && sameContent(before, content)) {
    before.post = post;
    before.repeats = [...before.repeats, tag].slice(-REPEATS_MAX);
    return "repeated";
  }
  sku.demandVersion++;
  const repeats = before?.repeats ?? [];
  sku.demand.set(row.day, { ...content, version: sku.demandVersion, post, repeats });
  if (sku.demand.size > DEMAND_DAYS_MAX) sku.demand.delete(oldestDay(sku));
  return "taken";
}

/** By receipt, then by row, then by tag, so that the order is always the same. */
function comparePosts(a: DemandPost, b: DemandPost): number {
  return a.receivedAt - b.receivedAt || a.row - b.row || a.tag - b.tag;
}

type DemandContent = Omit<DemandDay, "version" | "post" | "repeats">;

function sameContent(a: DemandContent, b: DemandContent): boolean {
  return (
    a.units === b.units &&
    a.revenue === b.revenue &&
    a.price === b.price &&
    a.inStockShare === b.inStockShare &&
    a.promo === b.promo &&
    a.views === b.views &&
    a.carts === b.carts &&
    a.period === b.period &&
    a.promotions === b.promotions
  );
}

function oldestDay(sku: SkuState): string {
  let oldest = "9999-12-31";
  for (const day of sku.demand.keys()) if (day < oldest) oldest = day;
  return oldest;
}

/** Whether a product differs from the one that is known, and is not older. */
function isNews(sku: SkuState, product: ShardProduct): boolean {
  const known = sku.product;
  if (known === null) return true;
  if (product.version < known.version) return false;
  return (
    product.version > known.version ||
    product.price !== known.price ||
    product.active !== known.active ||
    (product.stock !== known.stock && !hasOwnStock(sku)) ||
    product.sensitivity !== known.sensitivity ||
    (product.breakEven ?? null) !== (known.breakEven ?? null) ||
    product.currency !== known.currency ||
    product.title !== known.title
  );
}

/** Takes a newer state of our product and evaluates all signals of the SKU. Answers whether it was newer. */
export function takeShardProduct(
  sku: SkuState,
  product: ShardProduct,
  { now, settings }: TakeContext,
): boolean {
  if (!isNews(sku, product)) return false;
  sku.product = product;
  const isLoss = typeof product.breakEven === "number" && product.price < product.breakEven;
  const isWatched = sku.competitors.size > 0 || sku.shop !== null || product.stock !== null;
  if (isWatched || isLoss || sku.signals.length > 0)
    evaluateSignals(sku, { now, clock: Math.max(sku.clock, now), settings }, "product");
  return true;
}

/** Rows remembered per site. A site is read every few minutes or hours, and rows are less than a day late. */
const INSTANTS_MAX = 32;

/**
 * Takes a comparison site's figures; the newest by event time are kept. A row older than all that are remembered counts
 * as taken before.
 */
export function takeAggregate(sku: SkuState, row: AggregateRow, origin: RowOrigin): RowOutcome {
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
 * Takes what a session did with its cart. Of two reports the one that saw more counts, in whatever order they come.
 */
export function takeCartPattern(
  sku: SkuState,
  row: CartPatternRow,
  _: RowOrigin,
  { now, settings }: TakeContext,
): RowOutcome {
  const forgottenBefore = now - 2 * CART_WINDOW_MS;
  const known = sku.shop?.carts.get(row.visitor);
  if (row.at < forgottenBefore || (known && !sawMore(row, known))) return "again";
  sku.shop ??= emptyShop();
  const { carts } = sku.shop;
  carts.set(row.visitor, { carts: row.carts, at: row.at, bought: row.bought });
  for (const [visitor, { at }] of carts) if (at < forgottenBefore) carts.delete(visitor);
  const clock = Math.max(sku.clock, Math.min(row.at, now));
  evaluateSignals(sku, { now, settings, clock }, "shop");
  return "taken";
}

/** Whether one report saw later additions, a purchase after the same additions, or more additions up to then. */
function sawMore(one: CartPattern, than: CartPattern): boolean {
  if (one.at !== than.at) return one.at > than.at;
  return one.bought === than.bought ? one.carts > than.carts : one.bought;
}
