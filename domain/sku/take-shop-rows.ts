import type { AggregateRow, CartPatternRow, EventRow, InventoryRow } from "../messages/rows.ts";
import type { ShardSettings } from "../messages/shard.ts";
import type { RowVerdict } from "../messages/verdict.ts";
import type { ChunkEntry } from "./journal.ts";
import type { SkuState } from "./state.ts";
import { takeAggregate } from "./take-aggregate.ts";
import { takeCartPattern } from "./take-cart-pattern.ts";
import { type EventOutcome, takeEvent } from "./take-event.ts";
import { takeInventory } from "./take-inventory.ts";

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
