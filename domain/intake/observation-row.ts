import { z } from "zod";
import { isCurrency } from "../base/currency.ts";
import { convertAt, type RateTable, rateMoveAt } from "../base/exchange-rates.ts";
import { grossOfNet, netOfGross } from "../base/money.ts";
import { AVAILABILITIES, type ObservationRow } from "../messages/rows.ts";
import {
  instantField,
  moneyField,
  nameField,
  type ProductRef,
  type RowResult,
  readForm,
  readInstant,
  readMoney,
  readMoneyOrNothing,
  refuseRow,
} from "./row-fields.ts";

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
    availability: z.enum(AVAILABILITIES).optional().describe("default unknown, which counts as in stock"),
    title: z.string().max(1000).optional(),
    seller: z.string().max(200).optional(),
    observedAt: instantField.describe("when the price was seen"),
    collectedAt: instantField.optional(),
  })
  .describe("A competitor's price of one of our products, as observed");
export type ObservationInput = z.infer<typeof ObservationInput>;

/** What prices are converted to: the product's currency, with or without tax as our prices are. */
export interface PriceBasis {
  rates: RateTable;
  pricesIncludeTax: boolean;
}

const AS_IT_IS: PriceBasis = { rates: new Map(), pricesIncludeTax: true };

/**
 * Reads the form of a posted row; rows that consist of the usual fields only need no schema.
 */
export function readObservation(value: unknown, row: number): RowResult<ObservationInput> {
  const form: RowResult<ObservationInput> = isPlain(value)
    ? { ok: true, value }
    : readForm(ObservationInput, value, row);
  if (!form.ok) return form;
  const { sku, gtin, competitorSku, url, price, priceText } = form.value;
  if (sku === undefined && gtin === undefined && competitorSku === undefined && url === undefined)
    return refuseRow(row, "missing_field", "sku", "sku, gtin, competitorSku or url is needed");
  if (price === undefined && priceText === undefined)
    return refuseRow(row, "missing_field", "price", "price or priceText is needed");
  return form;
}

type PlainField = "sku" | "competitor" | "price" | "currency" | "availability" | "observedAt";

/** Checks of the usual fields: each is as strict as the schema, or stricter. */
const PLAIN: Readonly<Record<PlainField, (value: unknown) => boolean>> = {
  sku: isPlainName,
  competitor: isPlainName,
  price: (value) => isText(value, 64) || Number.isFinite(value),
  currency: (value) => isText(value, 16),
  availability: (value) => (AVAILABILITIES as readonly unknown[]).includes(value),
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
  return typeof value === "string" && value.length <= lengthMax;
}

function isPlainName(value: unknown): boolean {
  return isText(value, 200) && value.length > 0 && value === value.trim();
}

/** The verdict on a row whose product is not in the catalogue. */
export function unknownSku(input: ObservationInput, row: number) {
  const path = input.sku !== undefined ? "sku" : input.gtin !== undefined ? "gtin" : "competitorSku";
  const named = input.sku ?? input.gtin ?? input.competitorSku ?? input.url ?? "";
  return refuseRow(row, "unknown_sku", path, `no product is known as ${named.slice(0, 80)}`).verdict;
}

/**
 * Reads prices and times of a row whose product is known, and converts the prices to our basis: with or without tax as
 * ours are, in the product's currency at the rate of the day of observation. `now`: ms.
 */
export function typeObservation(
  input: ObservationInput,
  product: ProductRef,
  row: number,
  now: number,
  basis: PriceBasis = AS_IT_IS,
): RowResult<ObservationRow> {
  const currency = input.currency?.toUpperCase() ?? product.currency;
  if (!isCurrency(currency))
    return refuseRow(row, "unknown_currency", "currency", `unknown currency ${currency.slice(0, 16)}`);
  const price = readPrice(input, currency, row);
  if (!price.ok) return price;
  const shipping = readMoneyOrNothing(input.shipping, "shipping", currency, row);
  if (!shipping.ok) return shipping;
  const coupon = readMoneyOrNothing(input.coupon, "coupon", currency, row);
  if (!coupon.ok) return coupon;
  const landedPrice = price.value + shipping.value - coupon.value;
  if (landedPrice <= 0)
    return refuseRow(row, "non_positive_price", "coupon", "the coupon is worth more than the price");
  const observedAt = readInstant(input.observedAt, "observedAt", now, row);
  if (!observedAt.ok) return observedAt;
  if (input.collectedAt !== undefined) {
    const collectedAt = readInstant(input.collectedAt, "collectedAt", now, row);
    if (!collectedAt.ok) return collectedAt;
  }
  const tax = taxStep(input.taxIncluded ?? basis.pricesIncludeTax, basis.pricesIncludeTax, product.taxRate);
  const asked = { price: tax(price.value), landedPrice: tax(landedPrice) };
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
      ...ours,
      availability: input.availability ?? "unknown",
      observedAt: observedAt.value,
    },
  };
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
  if (input.price !== undefined) return readMoney(input.price, "price", currency, row);
  return readMoney(input.priceText ?? "", "priceText", currency, row);
}

/** The parts of a row that say whose offer it is. */
interface Seller {
  competitor: string;
  seller?: string | undefined;
  url?: string | undefined;
}

/**
 * Whether an offer is our own: its seller or competitor is one of our names, or its page is on one of our domains. Case
 * and blanks around a name make no difference.
 */
export function isOwnOffer({ competitor, seller, url }: Seller, ownSellers: readonly string[]): boolean {
  if (ownSellers.length === 0) return false;
  const names = [competitor, seller ?? ""].map(plain);
  const host = hostOf(url);
  return ownSellers.map(plain).some((own) => names.includes(own) || host === own || host.endsWith(`.${own}`));
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}

/** The host of a page; empty if the text is not an address. */
function hostOf(url: string | undefined): string {
  return /^(?:https?:)?\/\/([^/:?#]+)/i.exec(url?.trim() ?? "")?.[1]?.toLowerCase() ?? "";
}
