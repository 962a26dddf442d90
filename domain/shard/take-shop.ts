import { wideHash } from "../base/sharding.ts";
import { civilDay, HOUR_MS } from "../base/time.ts";
import type { AggregateRow, CartPatternRow, DemandRow, EventRow, InventoryRow } from "../messages/rows.ts";
import type { ShardSettings } from "../messages/shard.ts";
import type { RowVerdict } from "../messages/verdict.ts";
import { countEvent, noteId } from "./demand/activity.ts";
import { countersOf } from "./demand/counters.ts";
import { emptyWarehouse, insertStockEvent, settleStock } from "./demand/warehouse.ts";
import { evaluateSignals, nextDueAt } from "./evaluate.ts";
import type { ChunkEntry } from "./journal.ts";
import { emptyShop, stockOf, updateDay } from "./shop-state.ts";
import type { DemandDay, DemandPost, SkuState } from "./state.ts";
import { takeAggregate, takeCartPattern } from "./take-news.ts";

/** A row of what the shop and comparison sites tell, by its kind. */
export type ShopRow =
  | { kind: "events"; row: EventRow }
  | { kind: "inventory"; row: InventoryRow }
  | { kind: "aggregates"; row: AggregateRow }
  | { kind: "carts"; row: CartPatternRow };

interface ShopRowContext {
  now: number;
  settings: ShardSettings;
  /** of chunk and row */
  tag: number;
}

/** Takes one row; what was taken is noted in the chunk's journal entry. Answers the verdict, and whether it changed anything. */
export function takeShopRow(
  found: { number: number; sku: SkuState },
  { kind, row }: ShopRow,
  chunk: ChunkEntry,
  context: ShopRowContext,
): { verdict: RowVerdict; changed: boolean } {
  const { number, sku } = found;
  const origin = { receivedAt: chunk.receivedAt, tag: context.tag };
  let outcome: EventOutcome;
  switch (kind) {
    case "events":
      outcome = takeEvent(sku, row, origin, context);
      if (outcome === "taken") chunk.events = noted(chunk.events, [number, row]);
      break;
    case "inventory":
      outcome = takeInventory(sku, row, origin, context);
      if (outcome === "taken") chunk.inventory = noted(chunk.inventory, [number, row]);
      break;
    case "aggregates":
      outcome = takeAggregate(sku, row, origin);
      if (outcome === "taken") chunk.aggregates = noted(chunk.aggregates, [number, row]);
      break;
    case "carts":
      outcome = takeCartPattern(sku, row, context) ? "taken" : "again";
      if (outcome === "taken") chunk.carts = noted(chunk.carts, [number, row]);
  }
  return { verdict: verdictOf(row.row, outcome), changed: outcome === "taken" };
}

/** The rows that a journal entry holds, in the order in which they were taken. */
export function* notedShopRows(chunk: ChunkEntry): Generator<[sku: number, row: ShopRow]> {
  for (const [sku, row] of chunk.events ?? []) yield [sku, { kind: "events", row }];
  for (const [sku, row] of chunk.inventory ?? []) yield [sku, { kind: "inventory", row }];
  for (const [sku, row] of chunk.aggregates ?? []) yield [sku, { kind: "aggregates", row }];
  for (const [sku, row] of chunk.carts ?? []) yield [sku, { kind: "carts", row }];
}

/** A list grown in place: a copy for each row would cost the square of the rows. */
function noted<T>(list: T[] | undefined, entry: T): T[] {
  if (list === undefined) return [entry];
  list.push(entry);
  return list;
}

function verdictOf(row: number, outcome: EventOutcome): RowVerdict {
  if (outcome === "duplicate") return { row, verdict: "duplicate" };
  if (outcome === "too_late")
    return {
      row,
      verdict: "rejected",
      code: "too_late",
      path: "at",
      message: "older than event ids are kept: post the day's demand instead",
    };
  return { row, verdict: "accepted" };
}

/**
 * taken: counted now · again: this very row was counted before · duplicate: another row with this id was · too_late:
 * older than ids are kept
 */
export type EventOutcome = "taken" | "again" | "duplicate" | "too_late";

/** Counts an event of the shop, if its id is new. Units are units sold; a refund is counted apart, and takes none back. */
export function takeEvent(
  sku: SkuState,
  row: EventRow,
  origin: { receivedAt: number; tag: number },
  context: { now: number; settings: ShardSettings },
): EventOutcome {
  const { now, settings } = context;
  const timeZone = settings.timeZone ?? "UTC";
  // kept only once something is taken: what is refused leaves nothing behind, since it is not stored either
  const shop = sku.shop ?? emptyShop();
  const { activity } = shop;
  const clock = { now, receivedAt: origin.receivedAt, eventHours: settings.eventHours };
  const noted = noteId(activity, row.event, { at: row.at, tag: origin.tag }, clock);
  if (noted !== "new") return noted;
  sku.shop = shop;
  const day = civilDay(row.at, timeZone);
  const counters = countersOf(row, row.price ?? sku.ours?.price ?? 0);
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
  origin: { receivedAt: number; tag: number },
  context: { now: number; settings: ShardSettings },
): EventOutcome {
  const { now, settings } = context;
  const timeZone = settings.timeZone ?? "UTC";
  const shop = sku.shop ?? emptyShop();
  const clock = { now, receivedAt: origin.receivedAt, eventHours: settings.eventHours };
  const seen = { at: row.at, tag: origin.tag };
  const noted = noteId(shop.activity, wideHash(`stock ${row.id}`), seen, clock);
  if (noted !== "new") return noted;
  sku.shop = shop;
  const before = stockOf(shop)?.total ?? sku.ours?.stock ?? null;
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
  evaluateSignals(sku, evaluation, isTurn ? "ours" : "shop");
  return "taken";
}

/** Days kept per SKU, three years and a bit; of a day before them D1 knows more than the shard. */
const DEMAND_DAYS_MAX = 1200;
/** Repeats remembered per day: a chunk is sent again soon or never, and a forgotten repeat changes nothing either. */
const REPEATS_MAX = 16;

/**
 * taken: the day's content is new · again: nothing changes, since this very row came before or a later one is there;
 * `accepted` is what it got or gets · duplicate: same content
 */
export type DemandOutcome = { kind: "taken" } | { kind: "again"; accepted: boolean } | { kind: "duplicate" };

/**
 * Takes a day of demand. The last to be received replaces the day, whatever the order in which rows come here; the same
 * content again is a duplicate.
 */
export function takeDemand(
  sku: SkuState,
  row: DemandRow,
  origin: { receivedAt: number; tag: number },
): DemandOutcome {
  const { receivedAt, tag } = origin;
  const before = sku.demand.get(row.day);
  const post = { receivedAt, row: row.row, tag };
  if (before?.repeats.includes(tag)) return { kind: "again", accepted: false };
  if (before?.post && comparePosts(post, before.post) <= 0) return { kind: "again", accepted: true };
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
    return { kind: "duplicate" };
  }
  sku.demandVersion++;
  const repeats = before?.repeats ?? [];
  sku.demand.set(row.day, { ...content, version: sku.demandVersion, post, repeats });
  if (sku.demand.size > DEMAND_DAYS_MAX) sku.demand.delete(oldestDay(sku));
  return { kind: "taken" };
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
