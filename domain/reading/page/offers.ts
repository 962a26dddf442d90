import type { ShownAvailability } from "../../messages/rows.ts";
import { readAvailability } from "../availability.ts";
import { gtinOf } from "../gtin.ts";
import { readPrice } from "../price-text.ts";
import { type Item, type ItemValue, isItem, lastPart, typesOf, valuesOf } from "./items.ts";

/** An amount of structured data. */
export interface Amount {
  /** decimal string */
  amount: string;
  currency: string | null;
  /** one mark before three digits: thousands, or three decimals */
  isDoubtful: boolean;
}

/** One offer of a product. */
export interface OfferFacts {
  price: Amount | null;
  listPrice: Amount | null;
  availability: ShownAvailability | undefined;
  seller: string | undefined;
  url: string | undefined;
  sku: string | undefined;
  /** the price is the lowest of a range */
  isRange: boolean;
}

/** What structured data says of one product. */
export interface ProductFacts {
  name: string | undefined;
  url: string | undefined;
  brand: string | undefined;
  sku: string | undefined;
  gtin: string | undefined;
  mpn: string | undefined;
  offers: OfferFacts[];
  variants: ProductFacts[];
}

const OFFERS_MAX = 300;
const GTINS = ["gtin13", "gtin", "gtin14", "gtin12", "gtin8", "ean", "isbn"];

/** Reads a product, or an offer that tells of one, into facts. `locale`: the page's, for its decimal mark. */
export function factsOf(item: Item, locale: string | undefined, depth = 0): ProductFacts {
  const types = typesOf(item);
  const isOffer = types.includes("Offer") || types.includes("AggregateOffer");
  const inner = isOffer && isItem(item.itemOffered) ? item.itemOffered : item;
  const offers = (isOffer ? [item] : valuesOf(item, "offers")).filter(isItem).slice(0, OFFERS_MAX);
  const variants =
    depth > 1 ? [] : [...valuesOf(item, "hasVariant"), ...valuesOf(item, "model")].filter(isItem);
  return {
    name: textOf(inner.name),
    url: textOf(inner.url) ?? textOf(item["@id"]),
    brand: nameOf(inner.brand) ?? nameOf(inner.manufacturer),
    sku: textOf(inner.sku) ?? textOf(inner.productID) ?? textOf(item.sku),
    gtin: GTINS.map((property) => gtinOf(textOf(inner[property]) ?? textOf(item[property]))).find(
      (one) => one !== undefined,
    ),
    mpn: textOf(inner.mpn) ?? textOf(item.mpn),
    offers: (offers.length > 0 ? offers : "price" in item ? [item] : []).flatMap((offer) =>
      offersOf(offer, locale, 0),
    ),
    variants: variants.slice(0, OFFERS_MAX).map((variant) => factsOf(variant, locale, depth + 1)),
  };
}

function offersOf(offer: Item, locale: string | undefined, depth: number): OfferFacts[] {
  const inner = valuesOf(offer, "offers").filter(isItem);
  const outer = offerOf(offer, locale);
  if (inner.length === 0 || depth > 2) return [outer];
  const offers = inner.slice(0, OFFERS_MAX).flatMap((one) => offersOf(one, locale, depth + 1));
  // what the outer says of all of them
  for (const one of offers) {
    if (one.price !== null && one.price.currency === null)
      one.price.currency = textOf(offer.priceCurrency) ?? null;
    one.availability ??= outer.availability;
  }
  return offers.some(({ price }) => price !== null) ? offers : [outer];
}

function offerOf(offer: Item, locale: string | undefined): OfferFacts {
  const currency = textOf(offer.priceCurrency) ?? textOf(offer.currency) ?? null;
  const specified = specificationsOf(offer, currency, locale);
  const isRange = offer.lowPrice !== undefined && offer.price === undefined;
  const shown =
    amountOf(first(offer.price), currency, locale) ?? amountOf(first(offer.lowPrice), currency, locale);
  const high = amountOf(first(offer.highPrice), currency, locale);
  return {
    price: specified.price ?? shown,
    listPrice: specified.listPrice,
    availability: readAvailability(first(offer.availability)),
    seller: nameOf(offer.seller) ?? nameOf(offer.offeredBy),
    url: textOf(offer.url),
    sku: textOf(offer.sku),
    isRange: isRange && high !== null && shown !== null && Number(high.amount) > Number(shown.amount),
  };
}

/** Prices of `priceSpecification`: the one to pay, and the list price; prices for a unit of weight are neither. */
function specificationsOf(offer: Item, currency: string | null, locale: string | undefined) {
  const found: { price: Amount | null; listPrice: Amount | null } = { price: null, listPrice: null };
  for (const one of valuesOf(offer, "priceSpecification").filter(isItem)) {
    const amount = amountOf(
      first(one.price) ?? first(one.minPrice),
      textOf(one.priceCurrency) ?? currency,
      locale,
    );
    if (amount === null || isForUnit(one)) continue;
    const kind = lastPart(textOf(one.priceType) ?? "").toLowerCase();
    if (/list|strikethrough|msrp|srp|regular|reference|invoice/.test(kind)) found.listPrice ??= amount;
    else if (!typesOf(one).includes("DeliveryChargeSpecification")) found.price ??= amount;
  }
  // without a price of its own the offer asks what is specified; with one, that is what it asks
  return offer.price === undefined ? found : { ...found, price: null };
}

/** A price for 100 g or a litre: its reference is a quantity with a unit of weight, volume or length. */
function isForUnit(specification: Item): boolean {
  const reference = first(specification.referenceQuantity);
  const unit = isItem(reference)
    ? (textOf(reference.unitCode) ?? textOf(reference.unitText))
    : textOf(specification.unitCode);
  return unit !== undefined && !/^(?:C62|EA|H87|PCE|piece|stk|stück|unit|each)$/i.test(unit);
}

/** A number, or a text with or without a currency. */
export function amountOf(
  value: ItemValue | undefined,
  currency: string | null,
  locale: string | undefined,
): Amount | null {
  const code = currency?.trim() ?? "";
  if (typeof value === "number")
    return Number.isFinite(value) && value > 0 && value < 1e12
      ? { amount: decimalOf(value), currency: currencyOf(code), isDoubtful: false }
      : null;
  if (typeof value !== "string") return null;
  const expected = currencyOf(code) ?? undefined;
  const reading = readPrice(value, { currency: expected, locale, near: code });
  if (reading.amount === null || !(Number(reading.amount) > 0) || reading.doubts.includes("groups"))
    return null;
  return { amount: reading.amount, currency: reading.currency, isDoubtful: reading.doubts.length > 0 };
}

/** A number as it was meant: 129.99 of 129.99000000000001, without an exponent. */
function decimalOf(value: number): string {
  return String(Number(value.toFixed(4)));
}

function currencyOf(code: string): string | null {
  if (/^[A-Za-z]{3}$/.test(code)) return code.toUpperCase();
  return code === "" ? null : readPrice("", { near: code }).currency;
}

function first(value: ItemValue | undefined): ItemValue | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** A text or number that is not blank. */
export function textOf(value: ItemValue | undefined): string | undefined {
  const one = first(value);
  if (typeof one === "number") return String(one);
  if (typeof one !== "string") return undefined;
  const text = one.replace(/\s+/g, " ").trim();
  return text === "" || /^(?:null|none|undefined|n\/a)$/i.test(text) ? undefined : text.slice(0, 1000);
}

function nameOf(value: ItemValue | undefined): string | undefined {
  const one = first(value);
  return isItem(one) ? textOf(one.name) : textOf(one);
}
