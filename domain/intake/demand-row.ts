import { z } from "zod";
import { HOUR_MS } from "../base/time.ts";
import type { DemandRow } from "../messages/rows.ts";
import {
  moneyField,
  nameField,
  type PostedBy,
  type ProductRef,
  parseDay,
  type RowResult,
  readMoney,
  readMoneyOrNothing,
  refuseRow,
} from "./row-fields.ts";

/** A civil day begins this long before it does in UTC, in the easternmost time zone. */
const FURTHEST_ZONE_MS = 14 * HOUR_MS;

const count = z.int().nonnegative().max(1e9);

/** One day of one product's demand as it is posted. */
export const DemandInput = z
  .strictObject({
    sku: nameField,
    day: z.string().max(32).describe("YYYY-MM-DD, civil day of the install's time zone"),
    units: count.describe("units sold"),
    revenue: moneyField.optional().describe("default units × price"),
    price: moneyField.describe("our price on that day"),
    inStockShare: z.number().min(0).max(1).optional().describe("share of the day we had stock"),
    promo: z.boolean().optional(),
    views: count.optional(),
    carts: count.optional(),
  })
  .describe("A day of demand history; replaces what is there for the day");
export type DemandInput = z.infer<typeof DemandInput>;

/** Reads the amounts and the day of a row whose product is known. */
export function typeDemandRow(
  input: DemandInput,
  product: ProductRef,
  row: number,
  { now }: PostedBy,
): RowResult<DemandRow> {
  const start = parseDay(input.day);
  if (start === null) return refuseRow(row, "bad_time", "day", "day is not a calendar day YYYY-MM-DD");
  if (start > now + FURTHEST_ZONE_MS)
    return refuseRow(row, "future_time", "day", "the day has not begun anywhere");
  const price = readMoney(input.price, "price", product.currency, row);
  if (!price.ok) return price;
  let revenue: number | null = null;
  if (input.revenue !== undefined) {
    // a day without sales has no revenue, which is no mistake
    const read = readMoneyOrNothing(input.revenue, "revenue", product.currency, row);
    if (!read.ok) return read;
    revenue = read.value;
  }
  return {
    ok: true,
    value: {
      row,
      sku: product.sku,
      day: input.day,
      units: input.units,
      price: price.value,
      revenue,
      inStockShare: input.inStockShare ?? null,
      promo: input.promo ?? false,
      views: input.views ?? null,
      carts: input.carts ?? null,
    },
  };
}
