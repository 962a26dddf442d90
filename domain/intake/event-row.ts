import { z } from "zod";
import { TOO_LARGE_MINOR } from "../base/money.ts";
import { wideHash } from "../base/sharding.ts";
import { DEVICES, EVENT_TYPES, type EventRow, type EventType } from "../messages/rows.ts";
import { quantityField, readQuantity } from "./quantity-field.ts";
import {
  instantField,
  moneyField,
  nameField,
  type PostedBy,
  type ProductRef,
  type RowResult,
  readForm,
  readInstant,
  readMoneyOrNothing,
  refuseRow,
} from "./row-fields.ts";

/** A thousandth of a kilogram is the least that is sold. */
const QUANTITIES = [0.001, 1e6] as const;

/** Short names that some shops use. */
const SHORT_TYPES = { view: "product_view", cart: "add_to_cart" } as const;
const TYPES = [...EVENT_TYPES, "view", "cart"] as const;

/** One event of the shop as it is posted. */
export const EventInput = z
  .strictObject({
    id: nameField.describe(
      "identifies the event for its source: the same id is counted once; a refund may bear its purchase's",
    ),
    type: z.enum(TYPES).describe("`view` is short for product_view, `cart` for add_to_cart"),
    sku: nameField.optional().describe("needed except for page_view and search"),
    sessionId: nameField,
    customerId: nameField.optional().describe("kept as a keyed hash: when it ordered, and for how much"),
    device: z.enum(["mobile", "desktop", "tablet"]).optional(),
    quantity: quantityField.optional(),
    price: moneyField
      .optional()
      .describe("of one unit, in the product's currency; default the price we served"),
    dwellSeconds: z.number().nonnegative().max(86_400).optional(),
    at: instantField,
  })
  .describe("What a shopper did");
export type EventInput = z.infer<typeof EventInput>;

/** An event with the customer that it names, as a 52-bit hash. Shards are not told of customers. */
export interface PostedEvent extends EventRow {
  customer?: number;
}

/** Reads the form of a posted event. */
export function readEvent(value: unknown, row: number): RowResult<EventInput> {
  const form = readForm(EventInput, value, row);
  if (!form.ok || form.value.sku !== undefined || isOfSession(form.value)) return form;
  return refuseRow(row, "missing_field", "sku", `a ${form.value.type} is about a product: sku is missing`);
}

/** Whether the event may name no product: it then counts for its session only. */
export function isOfSession(input: EventInput): boolean {
  return input.type === "page_view" || input.type === "search";
}

/** The type without its short names. */
export function eventType(input: EventInput): EventType {
  return input.type === "view" || input.type === "cart" ? SHORT_TYPES[input.type] : input.type;
}

/** Reads amounts and times. */
export function typeEvent(
  input: EventInput,
  product: ProductRef,
  row: number,
  { now, source }: PostedBy,
): RowResult<PostedEvent> {
  const at = readInstant(input.at, "at", now, row);
  if (!at.ok) return at;
  const quantity = readQuantity(input.quantity ?? 1, "quantity", product, row, QUANTITIES);
  if (!quantity.ok) return quantity;
  let price: number | null = null;
  if (input.price !== undefined && product.sku !== "") {
    // a gift costs nothing and is a unit all the same
    const read = readMoneyOrNothing(input.price, "price", product.currency, row);
    if (!read.ok) return read;
    price = read.value;
    if (price * quantity.value >= TOO_LARGE_MINOR)
      return refuseRow(row, "price_too_large", "price", "price × quantity is too large");
  }
  return {
    ok: true,
    value: {
      row,
      sku: product.sku,
      event: wideHash(`${source}\n${input.type === "refund" ? "refund" : ""}\n${input.id}`),
      visitor: wideHash(input.sessionId),
      type: eventType(input),
      device: input.device ?? DEVICES[3],
      quantity: quantity.value,
      price,
      dwellSeconds: input.dwellSeconds ?? null,
      at: at.value,
      ...(input.customerId === undefined ? {} : { customer: wideHash(input.customerId) }),
    },
  };
}
