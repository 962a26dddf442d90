import { z } from "zod";
import { type MoneyInput, parseMinor } from "../base/money.ts";
import { HOUR_MS } from "../base/time.ts";
import type { DemandRow } from "../messages/rows.ts";
import type { ProductRef } from "./observation-row.ts";
import { parseDay, ROW_CODE_OF_MONEY, type RowResult, readForm, refuseRow } from "./row-fields.ts";

/** It is already tomorrow in the easternmost zone this long before it is in UTC. */
const FURTHEST_ZONE_MS = 14 * HOUR_MS;

const count = z.int().nonnegative().max(1e9);
const amount = z
  .union([
    z.string().max(64),
    z.number(),
    z.strictObject({ minor: z.number(), currency: z.string().max(16) }),
  ])
  .describe('decimal string ("129.90"), number, or { minor, currency }');

/** One day of one product's demand as it is posted. */
export const DemandInput = z
  .strictObject({
    sku: z.string().trim().min(1).max(200),
    day: z.string().max(32).describe("YYYY-MM-DD, civil day of the install's time zone"),
    units: count.describe("units sold"),
    revenue: amount.optional().describe("default units × price"),
    price: amount.describe("our price on that day"),
    inStockShare: z.number().min(0).max(1).optional().describe("share of the day we had stock"),
    promo: z.boolean().optional(),
    views: count.optional(),
    carts: count.optional(),
  })
  .describe("A day of demand history; replaces what is there for the day");
export type DemandInput = z.infer<typeof DemandInput>;

/** Reads the form of a posted row; the product is found from `sku`, then `typeDemandRow` reads the values. */
export function readDemandRow(value: unknown, row: number): RowResult<DemandInput> {
  return readForm(DemandInput, value, row);
}

/** Reads the amounts and the day of a row whose product is known. `now`: ms. */
export function typeDemandRow(
  input: DemandInput,
  product: ProductRef,
  row: number,
  now: number,
): RowResult<DemandRow> {
  const start = parseDay(input.day);
  if (start === null) return refuseRow(row, "bad_time", "day", "day is not a calendar day YYYY-MM-DD");
  if (start > now + FURTHEST_ZONE_MS)
    return refuseRow(row, "future_time", "day", "the day has not begun anywhere");
  const price = readAmount(input.price, "price", product.currency, row);
  if (!price.ok) return price;
  let revenue: number | null = null;
  if (input.revenue !== undefined) {
    const read = isZero(input.revenue) ? 0 : readAmount(input.revenue, "revenue", product.currency, row);
    if (typeof read !== "number" && !read.ok) return read;
    revenue = typeof read === "number" ? read : read.value;
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

function readAmount(value: MoneyInput, path: string, currency: string, row: number): RowResult<number> {
  const result = parseMinor(value, currency);
  if (result.ok) return { ok: true, value: result.minor };
  return refuseRow(row, ROW_CODE_OF_MONEY[result.code], path, result.message);
}

/** A day without sales has no revenue, which is no wrong amount. */
function isZero(value: MoneyInput): boolean {
  if (typeof value === "object") return value.minor === 0;
  return Number(value) === 0 && value !== "";
}
