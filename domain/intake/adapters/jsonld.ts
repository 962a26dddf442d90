import { JSON_DEPTH_MAX, nestsDeeper } from "../../messages/batch.ts";
import { readAvailability } from "../../reading/availability.ts";
import { readPrice } from "../../reading/price-text.ts";
import {
  type Adapter,
  draftOf,
  hostOf,
  isObject,
  type Json,
  literalOf,
  type ObservationDraft,
  pricedAs,
  said,
  seenAt,
  textOf,
} from "./observation-rows.ts";

const GTINS = ["gtin", "gtin13", "gtin14", "gtin12", "gtin8"] as const;

/** The page on which products stand, and when it was seen. */
interface Page {
  url: string | undefined;
  seen: ObservationDraft;
  competitor?: string | undefined;
}

/**
 * The vocabulary of schema.org for products and offers in JSON-LD (https://schema.org/Product): every product in a
 * document, itself, in a list or in a graph. Names may carry the address of the vocabulary as a prefix.
 */
function productsIn(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(productsIn);
  if (!isObject(value)) return [];
  if (isOfType(value, "ProductGroup") && value.hasVariant !== undefined) return productsIn(value.hasVariant);
  if (isOfType(value, "Product") || isOfType(value, "ProductGroup")) return [value];
  return [...productsIn(value["@graph"]), ...productsIn(value.mainEntity)];
}

/** A product's offers as observations, one for each seller; from a range of prices the lowest. */
export function offersOf(product: Json, page: Page): ObservationDraft[] {
  const offers = [product.offers].flat().filter(isObject);
  const drafts = offers.flatMap((offer) => {
    const inner = [offer.offers].flat().filter(isObject);
    if (inner.length === 0) return [draftOfOffer(product, offer, page)];
    const { priceCurrency } = offer;
    return inner.map((one) => draftOfOffer(product, { priceCurrency, ...one }, page));
  });
  return bestOfEach(drafts);
}

/** Offers that differ only in condition or delivery make one observation: of the cheapest that can be bought. */
function bestOfEach(drafts: readonly ObservationDraft[]): ObservationDraft[] {
  const best = new Map<string, ObservationDraft>();
  for (const draft of drafts) {
    const { gtin, competitorSku, url, competitor, seller } = draft;
    const key = JSON.stringify([gtin, competitorSku, url, competitor, seller]);
    const other = best.get(key);
    if (other === undefined || rankOf(draft) < rankOf(other)) best.set(key, draft);
  }
  return [...best.values()];
}

/** Sold-out offers and those without a price come after all others. */
function rankOf({ price, priceText, availability }: ObservationDraft): number {
  const amount = Number(price ?? readPrice(textOf(priceText) ?? "").amount ?? Number.NaN);
  const isBuyable = readAvailability(availability) !== "out_of_stock";
  return isBuyable && amount > 0 ? amount : Number.MAX_VALUE;
}

function draftOfOffer(product: Json, offer: Json, page: Page): ObservationDraft {
  const specification = askedIn(offer.priceSpecification);
  const url = textOf(offer.url) ?? textOf(product.url) ?? page.url;
  const seller = nameOf(offer.seller);
  return draftOf({
    gtin: GTINS.map((field) => textOf(offer[field]) ?? textOf(product[field])).find(
      (gtin) => gtin !== undefined,
    ),
    competitorSku: textOf(offer.sku) ?? textOf(product.sku),
    url,
    competitor: page.competitor ?? hostOf(url) ?? seller,
    ...pricedAs(
      said(literalOf(offer.price)) ?? said(literalOf(offer.lowPrice)) ?? literalOf(specification.price),
      said(literalOf(offer.priceCurrency)) ?? literalOf(specification.priceCurrency),
    ),
    availability: said(offer.availability),
    title: textOf(product.name),
    seller,
    ...page.seen,
  });
}

/** Of several price specifications the one that is asked: neither a list price nor that of a unit of measure. */
function askedIn(value: unknown): Json {
  const all = [value].flat().filter(isObject);
  const isAsked = (one: Json) =>
    !isOfType(one, "UnitPriceSpecification") &&
    !/ListPrice|SRP|MSRP|Strikethrough/i.test(textOf(one.priceType) ?? "");
  return (
    all.find(isAsked) ??
    all.find((one) => !/ListPrice|SRP|Strikethrough/i.test(textOf(one.priceType) ?? "")) ??
    {}
  );
}

function isOfType(value: Json, name: string): boolean {
  return [value["@type"]].flat().some((type) => typeof type === "string" && lastPart(type) === name);
}

function nameOf(value: unknown): string | undefined {
  const [one] = [value].flat();
  return textOf(isObject(one) ? one.name : one);
}

function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(":")) + 1);
}

/** The text of a page's script element, or a list of such texts, as what it says. */
function parsed(jsonld: unknown): unknown {
  if (Array.isArray(jsonld)) return jsonld.map((one) => (typeof one === "string" ? parsed(one) : one));
  if (typeof jsonld !== "string" || nestsDeeper(jsonld, JSON_DEPTH_MAX)) return jsonld;
  try {
    return JSON.parse(jsonld);
  } catch {
    return null;
  }
}

/**
 * The JSON-LD of a page: a product, or a list or graph of them; or an envelope `{ url, observedAt?, competitor?,
 * jsonld }` that names the page, where the JSON-LD may be the text of its script element.
 */
export const readJsonLd: Adapter = (value, { receivedAt }) => {
  const envelope = isObject(value) && "jsonld" in value ? value : null;
  const products = productsIn(envelope ? parsed(envelope.jsonld) : value);
  if (products.length === 0) return null;
  const page = {
    url: textOf(envelope?.url),
    seen: seenAt(envelope?.observedAt, "observedAt", receivedAt),
    competitor: textOf(envelope?.competitor),
  };
  return products.flatMap((product) => offersOf(product, page));
};
