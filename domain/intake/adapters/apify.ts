import { offersOf } from "./jsonld.ts";
import {
  type Adapter,
  type AdapterContext,
  draftOf,
  hostOf,
  isObject,
  type Json,
  type ObservationDraft,
  pricedAs,
  said,
  seenAt,
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

/** The dataset that Apify's default payload of a finished run names; null if the body is another. */
export function datasetOf(value: unknown): string | null {
  if (!isObject(value) || Array.isArray(value.items)) return null;
  const { resource, eventData } = value;
  const named = [resource, eventData, value].find((one) => isObject(one) && textOf(one.defaultDatasetId));
  const id = isObject(named) ? textOf(named.defaultDatasetId) : undefined;
  return id !== undefined && /^[A-Za-z0-9_~-]{1,100}$/.test(id) ? id : null;
}

function rowsOf(item: Json, { receivedAt }: AdapterContext): ObservationDraft[] {
  const url = textOf(item.url) ?? textOf(item.productUrl) ?? textOf(item.link);
  const time = said(item.scrapedAt) ?? said(item.timestamp) ?? said(item.crawledAt);
  const competitor = textOf(item.shop) ?? textOf(item.merchant) ?? textOf(item.store) ?? hostOf(url);
  const seen = seenAt(time, "scrapedAt", receivedAt);
  if (isObject(item.offers) || Array.isArray(item.offers)) return offersOf(item, { url, seen, competitor });
  const { price, currency } = amountOf(said(item.price) ?? said(item.currentPrice) ?? said(item.salePrice));
  return [
    draftOf({
      gtin: textOf(item.gtin) ?? textOf(item.ean) ?? textOf(item.gtin13) ?? textOf(item.upc),
      competitorSku: textOf(item.sku) ?? textOf(item.asin) ?? textOf(item.productId),
      url,
      competitor,
      ...pricedAs(price, currency ?? item.currency ?? item.priceCurrency),
      availability: said(item.availability) ?? said(item.inStock) ?? said(item.stock),
      title: textOf(item.title) ?? textOf(item.name),
      seller: sellerOf(item.seller),
      ...seen,
    }),
  ];
}

/** A price stands alone or as `{ value, currency }`. */
function amountOf(price: unknown): { price: unknown; currency?: unknown } {
  return isObject(price) ? { price: price.value ?? price.amount, currency: price.currency } : { price };
}

function sellerOf(seller: unknown): string | undefined {
  return textOf(isObject(seller) ? seller.name : seller);
}
