import { z } from "zod";
import { parseMinor, TOO_LARGE_MINOR } from "../base/money.ts";
import { wideHash } from "../base/sharding.ts";
import { DEVICES, EVENT_TYPES, type EventRow, type EventType } from "../messages/rows.ts";
import { FUTURE_TOLERANCE_MS, type ProductRef } from "./observation-row.ts";
import { parseInstant, ROW_CODE_OF_MONEY, type RowResult, readForm, refuseRow } from "./row-fields.ts";

const name = z.string().trim().min(1).max(200);
const instant = z
  .union([z.string().max(64), z.number()], "an ISO-8601 instant, epoch seconds or milliseconds")
  .describe("ISO-8601 with its zone, or epoch seconds; from 1e12 on, milliseconds");
const money = z.union(
  [z.string().max(64), z.number(), z.strictObject({ minor: z.number(), currency: z.string().max(16) })],
  "a decimal string, a number, or { minor, currency }",
);

/** Names that some shops use for the same. */
const SHORT_TYPES = { view: "product_view", cart: "add_to_cart" } as const;
const TYPES = [...EVENT_TYPES, "view", "cart"] as const;

/** One event of the shop as it is posted. */
export const EventInput = z
  .strictObject({
    id: name.describe("identifies the event for ever: the same id is counted once"),
    type: z.enum(TYPES).describe("`view` is short for product_view, `cart` for add_to_cart"),
    sku: name.optional().describe("needed except for page_view and search"),
    sessionId: name,
    customerId: name.optional().describe("not kept"),
    device: z.enum(["mobile", "desktop", "tablet"]).optional(),
    quantity: z.int().positive().max(1e6).optional().describe("units, default 1"),
    price: money.optional().describe("of one unit, in the product's currency; default the price we served"),
    dwellSeconds: z.number().nonnegative().max(86_400).optional(),
    at: instant,
  })
  .describe("What a shopper did");
export type EventInput = z.infer<typeof EventInput>;

/** Reads the form of a posted event; its product is found from `sku`, then `typeEvent` reads the values. */
export function readEvent(value: unknown, row: number): RowResult<EventInput> {
  const form = readForm(EventInput, value, row);
  if (!form.ok || form.value.sku !== undefined || isOfSession(form.value)) return form;
  return refuseRow(row, "missing_field", "sku", `a ${form.value.type} is about a product: sku is missing`);
}

/** Whether the event may stand without a product: it then counts for its session only. */
export function isOfSession(input: EventInput): boolean {
  return input.type === "page_view" || input.type === "search";
}

/** The type without its short names. */
export function eventType(input: EventInput): EventType {
  return input.type === "view" || input.type === "cart" ? SHORT_TYPES[input.type] : input.type;
}

/** Reads amounts and times; `product` is null for an event of the session alone. `now`: ms. */
export function typeEvent(
  input: EventInput,
  product: ProductRef | null,
  row: number,
  now: number,
): RowResult<EventRow> {
  const at = parseInstant(input.at);
  if (at === null) return refuseRow(row, "bad_time", "at", "at is not an instant with its time zone");
  if (at > now + FUTURE_TOLERANCE_MS)
    return refuseRow(row, "future_time", "at", "at is more than five minutes ahead of our clock");
  let price: number | null = null;
  if (input.price !== undefined && product !== null) {
    const read = parseMinor(input.price, product.currency);
    if (!read.ok) return refuseRow(row, ROW_CODE_OF_MONEY[read.code], "price", read.message);
    price = read.minor;
    if (price * (input.quantity ?? 1) >= TOO_LARGE_MINOR)
      return refuseRow(row, "price_too_large", "price", "price × quantity is too large");
  }
  return {
    ok: true,
    value: {
      row,
      sku: product?.sku ?? "",
      event: wideHash(input.id),
      visitor: wideHash(input.sessionId),
      type: eventType(input),
      device: input.device ?? DEVICES[3],
      quantity: input.quantity ?? 1,
      price,
      dwellSeconds: input.dwellSeconds ?? null,
      at,
    },
  };
}
