import { z } from "zod";
import { isCurrency } from "../base/currency.ts";
import type { MoneyInput } from "../base/money.ts";
import { QUANTITY_UNITS, type QuantityUnit } from "../base/quantity.ts";
import { ROW_CODE_OF_MONEY } from "../intake/row-fields.ts";
import { PRODUCT_STATUSES, type ProductStatus } from "../messages/names.ts";
import { isNothing, readAmount } from "../reading/written-amount.ts";

/** A SKU as the shop writes it: any printable text, composed (NFC). In addresses it is percent-encoded. */
export const Sku = z
  .string()
  .trim()
  .normalize("NFC")
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u, "1 to 100 printable characters");

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
  quantityUnit: z
    .enum(QUANTITY_UNITS)
    .optional()
    .describe(
      "what its quantities are counted in, in purchases, stock and demand: pieces are whole, all other units take up to " +
        "three decimals; default piece",
    ),
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

const { sku, title, category, price, ...rest } = ProductRow.shape;

/** The same optional fields, where null clears one. */
function clearable<Shape extends Record<string, z.ZodType>>(shape: Shape) {
  const fields = Object.entries(shape).map(([name, field]) => [name, field.nullable()]);
  return Object.fromEntries(fields) as { [K in keyof Shape]: z.ZodNullable<Shape[K]> };
}

/** A change of a product: an absent field stays as it is, null clears one that may be empty. */
export const ProductPatch = z.strictObject({
  sku,
  title: title.optional(),
  category: category.optional(),
  price: price.optional(),
  ...clearable(rest),
});
export type ProductPatch = z.infer<typeof ProductPatch>;

/** A row that replaces a whole product: what it leaves out is cleared. */
export function wholeRow(row: ProductRow): ProductPatch {
  const cleared = Object.fromEntries(Object.keys(rest).map((name) => [name, null]));
  return { ...cleared, status: "active", ...row };
}

const MONEY_FIELDS = [
  ...(["price", "unitCost", "unitFee", "minPrice", "maxPrice", "mapPrice", "msrp"] as const),
  "salvageValue",
] as const;
type MoneyField = (typeof MONEY_FIELDS)[number];
/** What may cost nothing, or bring nothing. A cost of zero is more likely one that nobody knows. */
const MAY_BE_NOTHING: readonly MoneyField[] = ["unitFee", "salvageValue"];

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
  quantityUnit: QuantityUnit | null;
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

/**
 * Reads one posted product over the one that the catalogue has; the first thing wrong with it is the answer. A field that
 * the row does not have stays as it is; of a new product it is empty.
 *
 * @param before null = the SKU is new
 */
export function parseProduct(
  input: unknown,
  before: CatalogueProduct | null,
  defaultCurrency: string,
): ParsedProduct {
  const parsed = ProductPatch.safeParse(input);
  if (!parsed.success) return { ok: false, problem: firstProblem(parsed.error.issues[0]!, input) };
  const row = parsed.data;
  const missing = before === null && REQUIRED.find((field) => row[field] === undefined);
  if (missing) return refused(missing, "missing_field", `${missing} is missing`);
  const currency = row.currency ?? before?.currency ?? defaultCurrency;
  if (before !== null && currency !== before.currency)
    return refused("currency", "currency_mismatch", "that of a SKU cannot change");
  const money: Partial<Record<MoneyField, number | null>> = {};
  for (const field of MONEY_FIELDS) {
    const value: MoneyInput | null | undefined = row[field];
    if (value === undefined) continue;
    if (value !== null && MAY_BE_NOTHING.includes(field) && isNothing(value)) {
      money[field] = 0;
      continue;
    }
    const amount = value === null ? null : readAmount(value, currency);
    if (amount?.ok === false) return refused(field, ROW_CODE_OF_MONEY[amount.code], amount.message);
    money[field] = amount === null ? null : amount.minor;
  }
  const product = merged(before ?? EMPTY, row, currency, money);
  const isLimited = before === null || LIMITS.some((field) => row[field] !== undefined);
  return (isLimited && limitsConflict(product)) || { ok: true, product };
}

const REQUIRED = ["title", "category", "price"] as const;

function refused(path: string, code: string, message: string): ParsedProduct {
  return { ok: false, problem: { path, code, message } };
}

const LIMITS = ["minPrice", "mapPrice", "maxPrice", "msrp"] as const;

/** A lower limit above an upper one leaves no price at all. */
function limitsConflict(product: CatalogueProduct): ParsedProduct | null {
  for (const lower of ["minPrice", "mapPrice"] as const)
    for (const upper of ["maxPrice", "msrp"] as const)
      if ((product[lower] ?? 0) > (product[upper] ?? Number.POSITIVE_INFINITY))
        return refused(lower, "invalid", `${lower} is above ${upper}`);
  return null;
}

const EMPTY: CatalogueProduct = {
  ...{ sku: "", title: "", category: "", currency: "", basePrice: 0, status: "active" },
  ...{ brand: null, gtin: null, mpn: null, unitCost: null, taxRate: null, feeRate: null, unitFee: null },
  ...{ minPrice: null, maxPrice: null, mapPrice: null, msrp: null, family: null, packSize: null },
  ...{ lineRank: null, clearanceDate: null, salvageValue: null, restockDate: null, launchDate: null },
  ...{ quantityUnit: null, tags: null },
};

function merged(
  before: CatalogueProduct,
  row: ProductPatch,
  currency: string,
  { price, ...money }: Partial<Record<MoneyField, number | null>>,
): CatalogueProduct {
  const { price: _, ...fields } = row;
  const given = Object.entries({ ...fields, ...money }).filter(([, value]) => value !== undefined);
  const catalogue = Object.keys(EMPTY).map((name) => [name, before[name as keyof CatalogueProduct]]);
  return {
    ...Object.fromEntries([...catalogue, ...given]),
    currency,
    basePrice: price ?? before.basePrice,
    status: row.status ?? before.status,
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
  const given = (input as Record<string, unknown> | null)?.[path] ?? null;
  const missing = issue.path.length === 1 && given === null;
  if (missing) return { path, code: "missing_field", message: `${path} is missing` };
  const code = issue.code === "invalid_type" || issue.code === "invalid_union" ? "wrong_type" : "invalid";
  return { path, code, message: issue.message };
}
