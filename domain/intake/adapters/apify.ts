import { readAvailability } from "../../reading/availability.ts";
import { offersOf } from "./jsonld.ts";
import {
  type Adapter,
  type AdapterContext,
  draftOf,
  hostOf,
  isObject,
  type Json,
  type ObservationDraft,
  textOf,
} from "./observation-rows.ts";

/**
 * Items of an Apify dataset: the list itself, or a webhook whose payload template puts them under `items`. An item has
 * its price in flat fields (`price`, `currency`) or as schema.org offers, as the e-commerce scrapers there do.
 */
export const readApify: Adapter = (value, context) => {
  const items = Array.isArray(value) ? value : isObject(value) ? value.items : null;
  if (!Array.isArray(items)) return null;
  return items.filter(isObject).flatMap((item) => rowsOf(item, context));
};

function rowsOf(item: Json, { receivedAt }: AdapterContext): ObservationDraft[] {
  const url = textOf(item.url) ?? textOf(item.productUrl);
  const observedAt = textOf(item.scrapedAt) ?? textOf(item.timestamp) ?? receivedAt;
  const competitor = textOf(item.shop) ?? textOf(item.merchant) ?? hostOf(url);
  if ("offers" in item) return offersOf(item, { url, observedAt, competitor });
  const { price, currency: priceCurrency } = amountOf(item.price);
  return [
    draftOf({
      gtin: textOf(item.gtin) ?? textOf(item.ean),
      competitorSku: textOf(item.sku) ?? textOf(item.asin) ?? textOf(item.productId),
      url,
      competitor,
      ...(typeof price === "string" && !/^\d+(\.\d+)?$/.test(price) ? { priceText: price } : { price }),
      currency: priceCurrency ?? item.currency ?? item.priceCurrency,
      availability: readAvailability(item.inStock ?? item.availability),
      title: textOf(item.title) ?? textOf(item.name),
      seller: textOf(item.seller),
      observedAt,
    }),
  ];
}

/** A price stands alone or as `{ value, currency }`. */
function amountOf(price: unknown): { price: unknown; currency?: unknown } {
  return isObject(price) ? { price: price.value ?? price.amount, currency: price.currency } : { price };
}
