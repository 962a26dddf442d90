import { z } from "zod";
import type { InventoryRow } from "../messages/rows.ts";
import { FUTURE_TOLERANCE_MS, type ProductRef } from "./observation-row.ts";
import { parseInstant, type RowResult, readForm, refuseRow } from "./row-fields.ts";

export const INVENTORY_TYPES = [
  "stock_received",
  "stock_returned",
  "stock_damaged",
  "manual_adjustment",
  "sale",
  "snapshot",
] as const;
type InventoryType = (typeof INVENTORY_TYPES)[number];

/** These take away, whatever the sign that the sender gives them. */
const TAKES_AWAY: ReadonlySet<InventoryType> = new Set(["stock_damaged", "sale"]);

const name = z.string().trim().min(1).max(200);

/** One stock event as it is posted. */
export const InventoryInput = z
  .strictObject({
    id: name.describe("identifies the event for ever: the same id is applied once"),
    sku: name,
    warehouse: name,
    type: z.enum(INVENTORY_TYPES).describe("`snapshot` sets the level, the others change it"),
    quantity: z
      .int()
      .min(-1e9)
      .max(1e9)
      .describe("units; a sale and stock_damaged take away, manual_adjustment may be negative"),
    at: z
      .union([z.string().max(64), z.number()], "an ISO-8601 instant, epoch seconds or milliseconds")
      .describe("ISO-8601 with its zone, or epoch seconds; from 1e12 on, milliseconds"),
  })
  .describe("A change of the stock in one warehouse");
export type InventoryInput = z.infer<typeof InventoryInput>;

/** Reads the form of a posted stock event. */
export function readInventory(value: unknown, row: number): RowResult<InventoryInput> {
  const form = readForm(InventoryInput, value, row);
  if (form.ok && form.value.type === "snapshot" && form.value.quantity < 0)
    return refuseRow(row, "wrong_type", "quantity", "a shelf does not hold less than nothing");
  return form;
}

/** Reads the values of a stock event whose product is known. `now`: ms. */
export function typeInventory(
  input: InventoryInput,
  product: ProductRef,
  row: number,
  now: number,
): RowResult<InventoryRow> {
  const at = parseInstant(input.at);
  if (at === null) return refuseRow(row, "bad_time", "at", "at is not an instant with its time zone");
  if (at > now + FUTURE_TOLERANCE_MS)
    return refuseRow(row, "future_time", "at", "at is more than five minutes ahead of our clock");
  const { id, warehouse, type, quantity } = input;
  return {
    ok: true,
    value: {
      row,
      sku: product.sku,
      warehouse,
      id,
      type,
      effect: type === "snapshot" ? "set" : "add",
      quantity: TAKES_AWAY.has(type) ? -Math.abs(quantity) : quantity,
      at,
    },
  };
}
