import { z } from "zod";
import { canonicalJson } from "../base/canonical-json.ts";
import { HOUR_MS } from "../base/time.ts";
import { type DemandExtras, type DemandRow, LONG_PERIODS } from "../messages/rows.ts";
import { quantityField, readQuantity } from "./quantity-field.ts";
import {
  ignoredField,
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

const promotionName = z.string().trim().normalize("NFC").min(1).max(60);
const strength = z.number().min(0).max(100);

/** What is said of a day on which more came back than was sold. */
const MORE_RETURNS = ignoredField("units", "more came back than was sold: it counts as a day without sales");

/** Most promotions of a row. */
const PROMOTIONS_MAX = 8;

/** One day, week or month of one product's demand as it is posted. */
export const DemandInput = z
  .strictObject({
    sku: nameField,
    day: z
      .string()
      .max(32)
      .describe("YYYY-MM-DD, civil day of the install's time zone; the first one of a longer period"),
    period: z
      .enum(["day", ...LONG_PERIODS])
      .optional()
      .describe(
        "how long the row is, a day unless said: a week is seven days, a month ends before the same day of the next",
      ),
    units: quantityField.describe(
      "units sold; less than nothing, where more came back than was sold, counts as nothing; decimals, up to three, where " +
        "the product's `quantityUnit` has them",
    ),
    revenue: moneyField.optional().describe("default units × price"),
    price: moneyField.describe("our price on that day, or its mean"),
    inStockShare: z.number().min(0).max(1).optional().describe("share of the day we had stock"),
    promo: z
      .union([
        z.boolean(),
        promotionName,
        z.record(promotionName, strength).refine((map) => Object.keys(map).length <= PROMOTIONS_MAX, {
          error: `at most ${PROMOTIONS_MAX} promotions`,
        }),
      ])
      .optional()
      .describe(
        "whether the product was promoted: true, the promotion's name, or names with their strengths",
      ),
    views: count.optional(),
    carts: count.optional(),
  })
  .describe(
    "A day of demand history, or a week or month that is kept as such; replaces what is there for the day",
  );
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
  const units = readQuantity(input.units, "units", product, row, [-1e9, 1e9]);
  if (!units.ok) return units;
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
      units: Math.max(0, units.value),
      price: price.value,
      revenue,
      inStockShare: input.inStockShare ?? null,
      ...promotionOf(input.promo),
      views: input.views ?? null,
      carts: input.carts ?? null,
      ...(input.period !== undefined && input.period !== "day" && { period: input.period }),
    },
    ...(units.value < 0 && { warnings: [MORE_RETURNS] }),
  };
}

/** A promotion of strength 0 was none. */
function promotionOf(promo: DemandInput["promo"]): { promo: boolean } & Pick<DemandExtras, "promotions"> {
  if (promo === undefined || typeof promo === "boolean") return { promo: promo ?? false };
  const all = Object.entries(typeof promo === "string" ? { [promo]: 1 } : promo);
  const held = all.filter(([, value]) => value > 0);
  if (held.length === 0) return { promo: false };
  return { promo: true, promotions: canonicalJson(Object.fromEntries(held)) };
}
