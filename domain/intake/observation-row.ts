import { z } from "zod";
import { isCurrency } from "../base/currency.ts";
import { convertAt, type RateTable, rateMoveAt } from "../base/exchange-rates.ts";
import { forOnePack, grossOfNet, netOfGross } from "../base/money.ts";
import { AVAILABILITIES, type Availability, type ObservationRow } from "../messages/rows.ts";
import type { RowVerdict } from "../messages/verdict.ts";
import { readAvailability } from "../reading/availability.ts";
import { sellerName } from "./competitor-name.ts";
import {
  ignoredField,
  instantField,
  moneyField,
  nameField,
  type PostedBy,
  type ProductRef,
  type RowResult,
  type RowWarning,
  readForm,
  readInstant,
  readMoney,
  readMoneyOrNothing,
  refuseRow,
} from "./row-fields.ts";

/** A state in a list, or as a reference: `["InStock"]`, `{"@id": "https://schema.org/InStock"}`. */
const STRUCTURED = [z.array(z.unknown()), z.record(z.string(), z.unknown())] as const;

/** One competitor price as it is posted. */
export const ObservationInput = z
  .strictObject({
    id: nameField.optional().describe("the sender's own id of the row"),
    sku: nameField.optional().describe("our SKU; else gtin, else the mapping of competitorSku or url"),
    gtin: nameField.optional(),
    competitorSku: nameField.optional(),
    url: z.string().max(2000).optional(),
    competitor: nameField.describe("who sells it; one never seen before is created"),
    price: moneyField.optional(),
    priceText: z.string().max(200).optional().describe('what the page showed, e.g. "1.299,00 €"'),
    currency: z.string().max(16).optional().describe("ISO 4217; default the product's"),
    taxIncluded: z.boolean().optional(),
    shipping: moneyField.optional().describe("added to the landed price"),
    coupon: moneyField.optional().describe("amount off, subtracted from the landed price"),
    availability: z
      .union([z.enum(AVAILABILITIES), z.string(), z.boolean(), z.number(), ...STRUCTURED])
      .optional()
      .describe(
        "in_stock, out_of_stock, preorder, unknown, or the words, states or flags of shops and feeds, also in a list or " +
          "as a reference; absent counts as in stock, what nobody can read does not",
      ),
    inStock: z
      .union([z.boolean(), z.number(), z.string(), ...STRUCTURED])
      .optional()
      .describe("the same as a flag, if there is no availability"),
    title: z.string().max(1000).optional(),
    seller: z
      .string()
      .max(200)
      .optional()
      .describe("who sells it on a marketplace: each has an offer of its own"),
    observedAt: instantField.describe("when the price was seen"),
    collectedAt: instantField.optional(),
    ignored: z
      .record(z.string(), z.string().max(500))
      .optional()
      .describe("what an adapter could not read, by field: it comes back as warnings"),
  })
  .describe("A competitor's price of one of our products, as observed");
export type ObservationInput = z.infer<typeof ObservationInput>;

/** What prices are converted to: the product's currency, with or without tax as our prices are. */
export interface PriceBasis {
  rates: RateTable;
  pricesIncludeTax: boolean;
}

const AS_IT_IS: PriceBasis = { rates: new Map(), pricesIncludeTax: true };

/** Reads the form of a posted row; rows that consist of the usual fields only need no schema. */
export function readObservation(value: unknown, row: number): RowResult<ObservationInput> {
  const form: RowResult<ObservationInput> = isPlain(value)
    ? { ok: true, value }
    : readForm(ObservationInput, value, row);
  if (!form.ok) return form;
  const { sku, gtin, competitorSku, url, price, priceText } = form.value;
  if (sku === undefined && gtin === undefined && competitorSku === undefined && url === undefined)
    return refuseRow(row, "missing_field", "sku", "sku, gtin, competitorSku or url is needed");
  if (price === undefined && priceText === undefined && availabilityOf(form.value) !== "out_of_stock")
    return refuseRow(row, "missing_field", "price", "price or priceText is needed unless it is sold out");
  return form;
}

/** What a row says of whether it can be bought. */
function availabilityOf({ availability, inStock }: ObservationInput): Availability {
  const said = availability ?? inStock;
  if (isPlainAvailability(said)) return said;
  const read = readAvailability(said);
  return read === "unknown" ? "unclear" : (read ?? "unknown");
}

function isPlainAvailability(value: unknown): value is Availability {
  return (AVAILABILITIES as readonly unknown[]).includes(value);
}

type PlainField = "sku" | "competitor" | "price" | "currency" | "availability" | "observedAt";

/** Checks of the usual fields: each is as strict as the schema, or stricter. */
const PLAIN: Readonly<Record<PlainField, (value: unknown) => boolean>> = {
  sku: isPlainName,
  competitor: isPlainName,
  price: (value) => isText(value, 64) || Number.isFinite(value),
  currency: (value) => isText(value, 16),
  availability: isPlainAvailability,
  observedAt: (value) => isText(value, 64) || Number.isFinite(value),
};

/** Whether a row has only these fields, and nothing that the schema would change, such as blanks around a name. */
function isPlain(value: unknown): value is ObservationInput {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  for (const field in value) {
    if (!Object.hasOwn(PLAIN, field)) return false;
    if (!PLAIN[field as PlainField](value[field as never])) return false;
  }
  return "sku" in value && "competitor" in value && "observedAt" in value;
}

function isText(value: unknown, lengthMax: number): value is string {
  return typeof value === "string" && value.length <= lengthMax && value.trim() !== "";
}

const ASCII = /^[\x20-\x7e]*$/;

function isPlainName(value: unknown): boolean {
  return (
    isText(value, 200) && value === value.trim() && (ASCII.test(value) || value === value.normalize("NFC"))
  );
}

/** The verdict on a row whose product is not in the catalogue. */
export function unknownSku(input: ObservationInput, row: number) {
  const names = ["sku", "gtin", "competitorSku", "url"] as const;
  const path = names.find((name) => input[name] !== undefined) ?? "sku";
  const named = input.sku ?? input.gtin ?? input.competitorSku ?? input.url ?? "";
  return refuseRow(row, "unknown_sku", path, `no product is known as ${named.slice(0, 80)}`).verdict;
}

/**
 * Reads prices and times of a row whose product is known, and converts the prices to our basis: with or without tax as
 * ours are, for one pack of ours, in the product's currency at the rate of the day of observation.
 */
export function typeObservation(
  input: ObservationInput,
  product: ProductRef,
  row: number,
  { now }: PostedBy,
  basis: PriceBasis = AS_IT_IS,
): RowResult<ObservationRow> {
  const currency = input.currency?.toUpperCase() ?? product.currency;
  if (!isCurrency(currency))
    return refuseRow(row, "unknown_currency", "currency", `unknown currency ${currency.slice(0, 16)}`);
  const availability = availabilityOf(input);
  const warnings = warningsOf(input, availability, now, row);
  const price = readPrice(input, currency, row);
  const observedAt = readInstant(input.observedAt, "observedAt", now, row);
  if (availability === "out_of_stock" && !price.ok && observedAt.ok)
    return soldOut(input, product, row, { observedAt: observedAt.value, warnings, refused: price.verdict });
  if (!price.ok) return price;
  const shipping = readAddition(input.shipping, "shipping", currency, row, warnings);
  const coupon = readAddition(input.coupon, "coupon", currency, row, warnings);
  const landedPrice = price.value + shipping - coupon;
  if (landedPrice <= 0)
    return refuseRow(row, "non_positive_price", "coupon", "the coupon is worth more than the price");
  if (!observedAt.ok) return observedAt;
  const tax = taxStep(input.taxIncluded ?? basis.pricesIncludeTax, basis.pricesIncludeTax, product.taxRate);
  const packs = product.packFactor ?? 1;
  const asked = {
    price: forOnePack(tax(price.value), packs),
    landedPrice: forOnePack(tax(landedPrice), packs),
  };
  if (asked.price <= 0 || asked.landedPrice <= 0)
    return refuseRow(row, "non_positive_price", "price", `divided by ${packs} packs nothing is left of it`);
  const ours = inOurCurrency(asked, { from: currency, to: product.currency }, observedAt.value, basis.rates);
  if (ours === null) {
    const message = `the price is in ${currency}, the product in ${product.currency}, and no rate of that week is known`;
    return refuseRow(row, "currency_mismatch", "currency", message);
  }
  return {
    ok: true,
    value: {
      row,
      sku: product.sku,
      competitor: input.competitor,
      ...sellerOf(input),
      ...ours,
      ...(packs === 1 ? {} : { packFactor: packs }),
      availability,
      observedAt: observedAt.value,
    },
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** A seller that is the competitor itself is none. */
function sellerOf({ competitor, seller }: ObservationInput): { seller?: string } {
  const name = sellerName(seller, competitor);
  return name === null ? {} : { seller: name };
}

/** A row that is sold out and whose price is missing or not one: the last price stays. */
function soldOut(
  input: ObservationInput,
  { sku }: ProductRef,
  row: number,
  { observedAt, warnings, refused }: { observedAt: number; warnings: RowWarning[]; refused: RowVerdict },
): RowResult<ObservationRow> {
  const { competitor } = input;
  const isUnread = refused.code !== "missing_field" && refused.code !== "non_positive_price";
  if (isUnread) warnings.push(ignoredField(refused.path ?? "price", refused.message ?? ""));
  const prices = { price: 0, landedPrice: 0 };
  const value = { row, sku, competitor, ...sellerOf(input), ...prices, observedAt };
  const typed: ObservationRow = { ...value, availability: "out_of_stock" };
  return { ok: true, value: typed, ...(warnings.length > 0 ? { warnings } : {}) };
}

/** Words for no shipping costs. */
const FREE =
  /^\s*(free|gratis|kostenlos|kostenfrei|versandkostenfrei|frei|gratuit[eo]?|offerte?|gr[áa]tis|darmow[aey]|ilmainen|ücretsiz|zdarma|бесплатно)(?!\p{L})/iu;

/** What is added to a price or taken off it; what nobody can read counts as nothing, with a warning. */
function readAddition(
  value: ObservationInput["shipping"],
  path: "shipping" | "coupon",
  currency: string,
  row: number,
  warnings: RowWarning[],
): number {
  if (typeof value === "string" && FREE.test(value)) return 0;
  const read = readMoneyOrNothing(value, path, currency, row);
  if (read.ok) return read.value;
  warnings.push(ignoredField(path, read.verdict.message ?? ""));
  return 0;
}

/** What is to be said of a row that goes through. */
function warningsOf(
  { availability, inStock, collectedAt, ignored = {} }: ObservationInput,
  read: Availability,
  now: number,
  row: number,
): RowWarning[] {
  const warnings = Object.entries(ignored).map(([path, message]) => ignoredField(path, message));
  if (read === "unclear") {
    const shown = JSON.stringify(availability ?? inStock).slice(0, 80);
    const message = `nobody can read ${shown}: it is kept as unknown, and the offer does not count as in stock`;
    warnings.push({ code: "unknown_availability", path: "availability", message });
  }
  if (collectedAt === undefined) return warnings;
  const collected = readInstant(collectedAt, "collectedAt", now, row);
  if (!collected.ok) warnings.push(ignoredField("collectedAt", collected.verdict.message ?? ""));
  return warnings;
}

/** The conversion of a price with or without tax to one as ours are. */
function taxStep(
  has: boolean,
  wants: boolean,
  taxRate: number | null | undefined,
): (minor: number) => number {
  if (has === wants || taxRate === null || taxRate === undefined) return (minor) => minor;
  const bps = Math.round(taxRate * 10_000);
  return has ? (minor) => netOfGross(minor, bps) : (minor) => grossOfNet(minor, bps);
}

type Asked = Pick<ObservationRow, "price" | "landedPrice">;

function inOurCurrency(
  asked: Asked,
  pair: { from: string; to: string },
  at: number,
  rates: RateTable,
): (Asked & Pick<ObservationRow, "listed">) | null {
  if (pair.from === pair.to) return asked;
  const price = convertAt(asked.price, pair, at, rates);
  const landed = convertAt(asked.landedPrice, pair, at, rates);
  if (price === null || landed === null) return null;
  const move = rateMoveAt(pair, at, rates);
  const listed = {
    currency: pair.from,
    landedPrice: asked.landedPrice,
    stale: landed.stale,
    ...(move === null || move === 0 ? {} : { move }),
  };
  return { price: price.minor, landedPrice: landed.minor, listed };
}

function readPrice(input: ObservationInput, currency: string, row: number): RowResult<number> {
  if (input.price === undefined && input.priceText === undefined)
    return refuseRow(row, "missing_field", "price", "price or priceText is needed");
  if (input.price !== undefined) return readMoney(input.price, "price", currency, row);
  return readMoney(input.priceText ?? "", "priceText", currency, row);
}
