import { z } from "zod";
import type { InventoryRow } from "../messages/rows.ts";
import { quantityField, readQuantity } from "./quantity-field.ts";
import {
  instantField,
  nameField,
  type PostedBy,
  type ProductRef,
  type RowResult,
  readForm,
  readInstant,
  refuseRow,
} from "./row-fields.ts";

const INVENTORY_TYPES = [
  "stock_received",
  "stock_returned",
  "stock_damaged",
  "manual_adjustment",
  "sale",
  "snapshot",
] as const;
type InventoryType = (typeof INVENTORY_TYPES)[number];

const QUANTITIES = [-1e9, 1e9] as const;

/** Types that reduce the stock, whatever sign the sender gives the quantity. */
const TAKES_AWAY: ReadonlySet<InventoryType> = new Set(["stock_damaged", "sale"]);

/** One stock event as it is posted. */
export const InventoryInput = z
  .strictObject({
    id: nameField.describe("identifies the event for its source: the same id is applied once"),
    sku: nameField,
    warehouse: nameField,
    type: z.enum(INVENTORY_TYPES).describe("`snapshot` sets the level, the others change it"),
    quantity: quantityField.describe(
      "units; a sale and stock_damaged take away, manual_adjustment may be negative; decimals, up to three, where the " +
        "product's `quantityUnit` has them",
    ),
    at: instantField,
  })
  .describe("A change of the stock in one warehouse");
export type InventoryInput = z.infer<typeof InventoryInput>;

/** Reads the form of a posted stock event. */
export function readInventory(value: unknown, row: number): RowResult<InventoryInput> {
  return readForm(InventoryInput, value, row);
}

/** Reads the values of a stock event whose product is known. */
export function typeInventory(
  input: InventoryInput,
  product: ProductRef,
  row: number,
  { now, source }: PostedBy,
): RowResult<InventoryRow> {
  const at = readInstant(input.at, "at", now, row);
  if (!at.ok) return at;
  const { id, warehouse, type } = input;
  const read = readQuantity(input.quantity, "quantity", product, row, QUANTITIES);
  if (!read.ok) return read;
  const quantity = read.value;
  if (type === "snapshot" && quantity < 0)
    return refuseRow(row, "wrong_type", "quantity", "a counted stock cannot be negative");
  return {
    ok: true,
    value: {
      row,
      sku: product.sku,
      warehouse,
      id: `${source}/${id}`,
      type,
      effect: type === "snapshot" ? "set" : "add",
      quantity: TAKES_AWAY.has(type) ? -Math.abs(quantity) : quantity,
      at: at.value,
    },
  };
}
