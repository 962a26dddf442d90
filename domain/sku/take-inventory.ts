import { noteId } from "../demand/activity.ts";
import { emptyWarehouse, insertStockEvent, settleStock } from "../inventory/warehouse.ts";
import type { InventoryRow } from "../messages/rows.ts";
import type { ShardSettings } from "../messages/shard.ts";
import { wideHash } from "../sharding.ts";
import { evaluateSignals } from "./evaluate.ts";
import { updateDay } from "./shop-days.ts";
import { emptyShop } from "./shop-state.ts";
import type { SkuState } from "./state.ts";
import { stockOf } from "./stock.ts";
import type { EventOutcome } from "./take-event.ts";

const HOUR_MS = 3_600_000;

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
