import { z } from "zod";
import { isCurrency } from "../base/currency.ts";
import type { MoneyInput } from "../base/money.ts";
import { ROW_CODE_OF_MONEY } from "../intake/row-fields.ts";
import { PRODUCT_STATUSES, type ProductStatus } from "../messages/names.ts";
import { readAmount } from "../reading/written-amount.ts";

/** A SKU: only characters that are safe in a path, a file name and a URL. */
export const Sku = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/+-]{0,49}$/, "1 to 50 letters, digits or . _ : / + -");

export const MoneyIn = z.union([
  z.string().max(40),
  z.number(),
  z.strictObject({ minor: z.number(), currency: z.string() }),
]);
const text = (max: number) => z.string().trim().min(1).max(max);
const rate = z.number().min(0).max(0.9);

/** A product as posted or imported: `price` is the base price, money in the product's currency. */
export const ProductRow = z.strictObject({
  sku: Sku,
  title: text(500),
  brand: text(200).optional(),
  category: text(200),
  gtin: z
    .string()
    .regex(/^\d{8}$|^\d{12,14}$/, "8, 12, 13 or 14 digits")
    .optional(),
  mpn: text(100).optional(),
  currency: z.string().refine(isCurrency, "an ISO 4217 code").optional(),
  price: MoneyIn,
  unitCost: MoneyIn.optional(),
  taxRate: rate.optional().describe("share of the net price, 0.19 = 19 %"),
  feeRate: rate.optional().describe("payment and marketplace fee, share of the net price"),
  unitFee: MoneyIn.optional().describe("fixed cost of handling one unit"),
  minPrice: MoneyIn.optional(),
  maxPrice: MoneyIn.optional(),
  mapPrice: MoneyIn.optional(),
  msrp: MoneyIn.optional(),
  family: text(100).optional(),
  packSize: z.number().int().min(1).max(10_000).optional(),
  lineRank: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("place in the family's ladder of variants: a higher one is never cheaper per unit"),
  clearanceDate: z.iso.date().optional().describe("by the end of this day the stock has to be gone"),
  salvageValue: MoneyIn.optional().describe("net worth of a unit left over after it; nothing without it"),
  restockDate: z.iso.date().optional().describe("day on which more stock is to arrive"),
  launchDate: z.iso.date().optional().describe("first day on sale: the price is kept for a week from it"),
  status: z.enum(PRODUCT_STATUSES).optional(),
  tags: z.array(text(50)).max(50).optional(),
});
export type ProductRow = z.infer<typeof ProductRow>;

const MONEY_FIELDS = [
  ...(["price", "unitCost", "unitFee", "minPrice", "maxPrice", "mapPrice", "msrp"] as const),
  "salvageValue",
] as const;
type MoneyField = (typeof MONEY_FIELDS)[number];

/** A product as the catalogue keeps it: money in minor units, absent = null. */
export interface CatalogueProduct {
  sku: string;
  title: string;
  brand: string | null;
  category: string;
  gtin: string | null;
  mpn: string | null;
  currency: string;
  basePrice: number;
  unitCost: number | null;
  taxRate: number | null;
  feeRate: number | null;
  unitFee: number | null;
  minPrice: number | null;
  maxPrice: number | null;
  mapPrice: number | null;
  msrp: number | null;
  family: string | null;
  packSize: number | null;
  lineRank: number | null;
  clearanceDate: string | null;
  salvageValue: number | null;
  restockDate: string | null;
  launchDate: string | null;
  status: ProductStatus;
  tags: string[] | null;
}

/** Why a product row was refused: one field, one code. */
export interface ProductRowProblem {
  path: string;
  code: string;
  message: string;
}

export type ParsedProduct =
  | { ok: true; product: CatalogueProduct }
  | { ok: false; problem: ProductRowProblem };

/** Reads one posted product; the first thing wrong with it is the answer. */
export function parseProduct(input: unknown, defaultCurrency: string): ParsedProduct {
  const parsed = ProductRow.safeParse(input);
  if (!parsed.success) return { ok: false, problem: firstProblem(parsed.error.issues[0]!, input) };
  const row = parsed.data;
  const currency = row.currency ?? defaultCurrency;
  const money: Partial<Record<MoneyField, number>> = {};
  for (const field of MONEY_FIELDS) {
    const value: MoneyInput | undefined = row[field];
    if (value === undefined) continue;
    const amount = readAmount(value, currency);
    if (!amount.ok)
      return {
        ok: false,
        problem: { path: field, code: ROW_CODE_OF_MONEY[amount.code], message: amount.message },
      };
    money[field] = amount.minor;
  }
  if (money.minPrice !== undefined && money.maxPrice !== undefined && money.minPrice > money.maxPrice)
    return {
      ok: false,
      problem: { path: "minPrice", code: "invalid", message: "minPrice is above maxPrice" },
    };
  return { ok: true, product: toCatalogue(row, currency, money) };
}

function toCatalogue(
  row: ProductRow,
  currency: string,
  money: Partial<Record<MoneyField, number>>,
): CatalogueProduct {
  return {
    sku: row.sku,
    title: row.title,
    brand: row.brand ?? null,
    category: row.category,
    gtin: row.gtin ?? null,
    mpn: row.mpn ?? null,
    currency,
    basePrice: money.price!,
    unitCost: money.unitCost ?? null,
    taxRate: row.taxRate ?? null,
    feeRate: row.feeRate ?? null,
    unitFee: money.unitFee ?? null,
    minPrice: money.minPrice ?? null,
    maxPrice: money.maxPrice ?? null,
    mapPrice: money.mapPrice ?? null,
    msrp: money.msrp ?? null,
    family: row.family ?? null,
    packSize: row.packSize ?? null,
    lineRank: row.lineRank ?? null,
    clearanceDate: row.clearanceDate ?? null,
    salvageValue: money.salvageValue ?? null,
    restockDate: row.restockDate ?? null,
    launchDate: row.launchDate ?? null,
    status: row.status ?? "active",
    tags: row.tags ?? null,
  };
}

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** The first thing wrong with a row, as its path and code. */
export function firstProblem(issue: Issue, input: unknown): ProductRowProblem {
  if (issue.code === "unrecognized_keys") {
    const path = issue.keys?.[0] ?? "";
    return { path, code: "unknown_field", message: `unknown field ${path}` };
  }
  const path = issue.path.map(String).join(".");
  const missing = issue.path.length === 1 && (input as Record<string, unknown>)?.[path] === undefined;
  if (missing) return { path, code: "missing_field", message: `${path} is missing` };
  const code = issue.code === "invalid_type" || issue.code === "invalid_union" ? "wrong_type" : "invalid";
  return { path, code, message: issue.message };
}
