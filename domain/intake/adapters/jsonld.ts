import { readAvailability } from "../../reading/availability.ts";
import {
  type Adapter,
  draftOf,
  hostOf,
  isObject,
  type Json,
  type ObservationDraft,
  textOf,
} from "./observation-rows.ts";

/**
 * The vocabulary of schema.org for products and offers in JSON-LD: https://schema.org/Product. Names may carry the
 * address of the vocabulary as a prefix.
 */

const GTINS = ["gtin", "gtin13", "gtin14", "gtin12", "gtin8"] as const;

/** Every product in a document: itself, in a list, or in a graph. */
function productsIn(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(productsIn);
  if (!isObject(value)) return [];
  if (isProduct(value)) return [value];
  return [...productsIn(value["@graph"]), ...productsIn(value.mainEntity)];
}

/** A product's offers as observations, one for each seller; from a range of prices the lowest. */
export function offersOf(
  product: Json,
  page: { url: string | undefined; observedAt: string; competitor?: string | undefined },
): ObservationDraft[] {
  const offers = [product.offers].flat().filter(isObject);
  return offers.flatMap((offer) => {
    const inner = [offer.offers].flat().filter(isObject);
    return inner.length > 0
      ? inner.map((one) => draftOfOffer(product, one, page))
      : [draftOfOffer(product, offer, page)];
  });
}

function draftOfOffer(
  product: Json,
  offer: Json,
  page: { url: string | undefined; observedAt: string; competitor?: string | undefined },
): ObservationDraft {
  const specification = [offer.priceSpecification].flat().find(isObject) ?? {};
  const url = textOf(offer.url) ?? textOf(product.url) ?? page.url;
  const seller = nameOf(offer.seller);
  return draftOf({
    gtin: GTINS.map((field) => textOf(product[field])).find((gtin) => gtin !== undefined),
    competitorSku: textOf(offer.sku) ?? textOf(product.sku),
    url,
    competitor: page.competitor ?? hostOf(url) ?? seller,
    price: offer.price ?? offer.lowPrice ?? specification.price,
    currency: offer.priceCurrency ?? specification.priceCurrency,
    availability: readAvailability(offer.availability),
    title: textOf(product.name),
    seller,
    observedAt: page.observedAt,
  });
}

function isProduct(value: Json): boolean {
  return [value["@type"]].flat().some((type) => typeof type === "string" && lastPart(type) === "Product");
}

function nameOf(value: unknown): string | undefined {
  return textOf(isObject(value) ? value.name : value);
}

function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(":")) + 1);
}

/**
 * The JSON-LD of a page: a product, or a list or graph of them; or an envelope `{ url, observedAt?, competitor?,
 * jsonld }` that names the page.
 */
export const readJsonLd: Adapter = (value, { receivedAt }) => {
  const envelope = isObject(value) && "jsonld" in value ? value : null;
  const products = productsIn(envelope ? envelope.jsonld : value);
  if (products.length === 0) return null;
  const page = {
    url: textOf(envelope?.url),
    observedAt: textOf(envelope?.observedAt) ?? receivedAt,
    competitor: textOf(envelope?.competitor),
  };
  return products.flatMap((product) => offersOf(product, page));
};
