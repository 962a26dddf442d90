import type { EventRow, InventoryRow } from "../../../domain/messages/rows.ts";
import type { ShardChunk } from "../../../domain/messages/shard.ts";
import { type Bench, HOUR, NOW } from "./fixtures.ts";

const DAY = 24 * HOUR;
export const SKU = "KETTLE-1";
let ids = 0;

/** A purchase of one at NOW. */
export function event(change: Partial<EventRow> = {}): EventRow {
  const who = { row: 0, sku: SKU, event: ids++, visitor: 1, device: "mobile" as const };
  return { ...who, type: "purchase", quantity: 1, price: null, dwellSeconds: null, at: NOW, ...change };
}

/** A count of a hundred at NOW. */
export function stock(change: Partial<InventoryRow> = {}): InventoryRow {
  const row = { row: 0, sku: SKU, warehouse: "north", id: `stock-${ids++}`, type: "snapshot" };
  return { ...row, effect: "set", quantity: 100, at: NOW, ...change };
}

/** A chunk of the shop's, with an id of its own unless one is given. */
export function chunk<Kind extends ShardChunk["kind"]>(
  kind: Kind,
  rows: Extract<ShardChunk, { kind: Kind }>["rows"],
  chunkId = `shop/${ids++}#0`,
): ShardChunk {
  const numbered = rows.map((row, i) => ({ ...row, row: i }));
  return { kind, chunkId, source: "shop", receivedAt: NOW, rows: numbered } as ShardChunk;
}

/** Four weeks of the same demand before the day of NOW. */
export function past(bench: Bench, units: number): void {
  const rows = Array.from({ length: 28 }, (_, i) => ({
    ...{ row: i, sku: SKU, units, price: 10_000, revenue: null, inStockShare: 1, promo: false },
    ...{ day: new Date(NOW - (i + 1) * DAY).toISOString().slice(0, 10), views: null, carts: null },
  }));
  bench.call({ chunks: [chunk("demand", rows)] });
}
