import { wideHash } from "../base/sharding.ts";
import { civilDay, HOUR_MS } from "../base/time.ts";
import type { AggregateRow, CartPatternRow, DemandRow, EventRow, InventoryRow } from "../messages/rows.ts";
import type { ShardProduct } from "../messages/shard.ts";
import { countEvent, noteId } from "./demand/activity.ts";
import { countersOf } from "./demand/counters.ts";
import { CART_WINDOW_MS } from "./demand/visitor.ts";
import { emptyWarehouse, insertStockEvent, settleStock } from "./demand/warehouse.ts";
import { evaluateSignals, nextDueAt } from "./evaluate.ts";
import { emptyShop, hasOwnStock, stockOf, updateDay } from "./shop-state.ts";
import type { CartPattern, DemandDay, DemandPost, SkuState } from "./state.ts";
import type { RowOrigin, RowOutcome, TakeContext } from "./taking.ts";

/** Counts an event of the shop, if its id is new. Units are units sold; a refund is counted apart, and takes none back. */
export function takeEvent(
  sku: SkuState,
  row: EventRow,
  origin: RowOrigin,
  { now, settings }: TakeContext,
): RowOutcome {
  const timeZone = settings.timeZone ?? "UTC";
  // kept only once something is taken: what is refused leaves nothing behind, since it is not stored either
  const shop = sku.shop ?? emptyShop();
  const { activity } = shop;
  const clock = { now, receivedAt: origin.receivedAt, eventHours: settings.eventHours };
  const noted = noteId(activity, row.event, { at: row.at, tag: origin.tag }, clock);
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
 * Applies a stock event, if its id is new, at its place in time. Signals about the market are looked at again only when
 * the SKU sells out or is back, since then it takes part in it no more or anew.
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
  // one that comes late changes the share in stock of the days since too; a shop that tells of its stock and not of its
  // sales has no days made of events
  for (const [day, { start, end }] of shop.activity.days)
    if (end > at && start <= now) updateDay(sku, day, { now, timeZone }, isTurn);
  const evaluation = { now, settings, clock: Math.max(sku.clock, Math.min(at, now)) };
  evaluateSignals(sku, evaluation, isTurn ? "product" : "shop");
  return "taken";
}

/** Days kept per SKU, three years and a bit; of a day before them D1 knows more than the shard. */
const DEMAND_DAYS_MAX = 1200;
/** Repeats remembered per day: a chunk is sent again soon or never, and a forgotten repeat changes nothing either. */
const REPEATS_MAX = 16;

/**
 * Takes a day of demand. The last to be received replaces the day, whatever the order in which rows come here; the same
 * content again is a duplicate.
 */
export function takeDemand(sku: SkuState, row: DemandRow, { receivedAt, tag }: RowOrigin): RowOutcome {
  const before = sku.demand.get(row.day);
  const post = { receivedAt, row: row.row, tag };
  if (before?.repeats.includes(tag)) return "duplicate";
  if (before?.post && comparePosts(post, before.post) <= 0) return "again";
  const revenue = row.revenue ?? row.units * row.price;
  const content = {
    units: row.units,
    revenue,
    price: row.price,
    inStockShare: row.inStockShare,
    promo: row.promo,
    views: row.views,
    carts: row.carts,
  };
  // a day that is made of events is replaced even by the same: later events are no longer added to it
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

/** By receipt; of one batch by row; batches of the same millisecond in an order that is at least always the same. */
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
    a.carts === b.carts
  );
}

function oldestDay(sku: SkuState): string {
  let oldest = "9999-12-31";
  for (const day of sku.demand.keys()) if (day < oldest) oldest = day;
  return oldest;
}

/** Whether a product is news: not older than the one that is known, and different. */
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
    product.currency !== known.currency ||
    product.title !== known.title
  );
}

/** Takes what D1 says of our product if it is news, and evaluates all of the SKU's signals. Answers whether it was. */
export function takeShardProduct(
  sku: SkuState,
  product: ShardProduct,
  { now, settings }: TakeContext,
): boolean {
  if (!isNews(sku, product)) return false;
  sku.product = product;
  if (sku.competitors.size > 0 || sku.shop !== null || product.stock !== null)
    evaluateSignals(sku, { now, clock: Math.max(sku.clock, now), settings }, "product");
  return true;
}

/** Instants remembered per site: a site is read every few minutes or hours, and a row comes late by less than a day. */
const INSTANTS_MAX = 32;

/**
 * Takes a comparison site's figures: the newest by event time are kept. taken: the state changed · again: this very row
 * came before, or one so old that it is no longer told apart · duplicate: another row reported the same instant
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
 * Takes what is known of a session's carts: of two readings the one that saw more, whichever comes first.
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

/** Later additions, or a purchase after the same, or more of them until the same. */
function sawMore(one: CartPattern, than: CartPattern): boolean {
  if (one.at !== than.at) return one.at > than.at;
  return one.bought === than.bought ? one.carts > than.carts : one.bought;
}
