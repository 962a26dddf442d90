import { z } from "zod";
import { isQuantity, roundQuantity } from "../base/quantity.ts";
import { type ProductRef, type RowResult, refuseRow } from "./row-fields.ts";

/** A quantity as a row holds it. */
export const quantityField = z
  .union([z.number(), z.string().max(40)], "a number")
  .describe("a number, also as text; decimals, up to three, where the product's `quantityUnit` has them");

/** Three decimals behind one mark may also be thousands. */
const MAYBE_THOUSANDS = /^-?[1-9]\d{0,2}[.,]\d{3}$/;

/** Reads a number of pieces, or of kilograms and the like to three decimals, from `least` on. */
export function readQuantity(
  value: string | number,
  path: string,
  { sku, decimals = false }: Pick<ProductRef, "sku" | "decimals">,
  row: number,
  [least, most]: readonly [least: number, most: number],
): RowResult<number> {
  const refuse = (why: string) => refuseRow(row, "wrong_type", path, `${path} ${why}`);
  const text = typeof value === "string" ? value.trim() : "";
  if (MAYBE_THOUSANDS.test(text)) return refuse("could mean thousands or three decimals");
  const isNumber = typeof value === "number" || /^-?\d+(?:[.,]\d+)?$/.test(text);
  const read = typeof value === "number" ? value : Number(text.replace(",", "."));
  if (!isNumber || !Number.isFinite(read)) return refuse("is not a number");
  if (read < least || read > most) return refuse(`is not from ${least} to ${most}`);
  if (!isQuantity(read)) return refuse("has more than three decimals");
  const quantity = roundQuantity(read);
  if (Number.isInteger(quantity) || decimals) return { ok: true, value: quantity };
  return refuse(`has decimals, and ${sku || "this"} is sold by the piece: its quantityUnit says so`);
}
