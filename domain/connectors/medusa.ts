import { z } from "zod";
import { assertSuccess, type Exchange, readJson, type StoreReply, slicesOf, withQuery } from "./exchange.ts";
import type {
  ListingRef,
  PriceToWrite,
  ReadPrice,
  StoreAdapter,
  StorePage,
  StoreProduct,
  StoreSale,
  WriteOutcome,
} from "./store.ts";

/**
 * Medusa's Admin API, version 2: `limit` and `offset`, amounts in major units. Our prices go into one price list, whose
 * prices have ids: one that is there already is updated, never made a second time. Medusa has no documented rate.
 * Source: docs.medusajs.com, Admin API reference; `GET /admin/price-lists/{id}/prices` is there since 2.12.3.
 */
interface MedusaOptions {
  /** of the Authorization header */
  authorization: string;
  priceListId: string;
  currency: string;
  requestsPerSecond: number;
}

const PAGE = 100;
/** Prices of a list are small, and have to be read whole to find those of some variants. */
const PRICES_PAGE = 1_000;
const WRITE_BATCH = 100;

export function medusa(options: MedusaOptions): StoreAdapter {
  const { authorization, requestsPerSecond, currency, priceListId } = options;
  const send: Send = (request, read, next) => ({
    cost: 1,
    request: {
      method: request.body === undefined ? "GET" : "POST",
      path: `/admin${request.path}`,
      headers: { authorization, "content-type": "application/json" },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    },
    read: (reply) => {
      assertSuccess(reply);
      return read(reply);
    },
    ...(next === undefined ? {} : { next }),
  });
  const list = `/price-lists/${encodeURIComponent(priceListId)}`;
  return {
    rate: { available: requestsPerSecond, max: requestsPerSecond, restorePerSecond: requestsPerSecond },
    concurrency: 2,
    readBatch: 10 * PRICES_PAGE,
    // reading some prices reads them all
    slice: 5 * PRICES_PAGE,
    unitsPerPrice: 1 / WRITE_BATCH,
    facts: () =>
      send({ path: list }, (reply) => {
        const { title, status } = readJson(reply, PriceList).price_list;
        return { name: `price list ${title} (${status})`, currency: null, pricesIncludeTax: null };
      }),
    products: (cursor) => {
      const offset = Number(cursor ?? 0);
      const fields = "id,title,status,*variants,*variants.prices,+variants.inventory_quantity,*categories";
      const query = { limit: PAGE, offset: offset, order: "id", fields };
      return send({ path: withQuery("/products", query) }, (reply) =>
        productsPage(readJson(reply, Products), offset, currency),
      );
    },
    write: (items) =>
      slicesOf(items, WRITE_BATCH).map((slice) => ({
        skus: slice.map(({ sku }) => sku),
        exchange: send({ path: `${list}/prices/batch`, body: batchOf(slice) }, (reply) =>
          outcomesOf(slice, readJson(reply, Written)),
        ),
      })),
    prices: (listings) => [pricesFrom(listings, list, currency, 0, send)],
    sales: (since, cursor) => {
      const offset = Number(cursor ?? 0);
      const query = {
        ...{ limit: PAGE, offset: offset, order: "updated_at" },
        ...{
          "updated_at[$gte]": new Date(since).toISOString(),
          fields: "id,customer_id,status,created_at,*items",
        },
      };
      return send({ path: withQuery("/orders", query) }, (reply) =>
        ordersPage(readJson(reply, Orders), offset),
      );
    },
  };
}

type Send = <T>(
  request: { path: string; body?: object },
  read: (reply: StoreReply) => T,
  next?: (reply: StoreReply) => Exchange<T> | null,
) => Exchange<T>;

const PriceList = z.object({ price_list: z.object({ title: z.string(), status: z.string() }) });

const amount = z.union([z.number(), z.string()]);
const paged = { count: z.number(), offset: z.number(), limit: z.number() };
const Products = z.object({
  ...paged,
  products: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      status: z.string(),
      categories: z.array(z.object({ name: z.string() })).nullish(),
      variants: z
        .array(
          z.object({
            id: z.string(),
            title: z.string().nullish(),
            sku: z.string().nullish(),
            ean: z.string().nullish(),
            upc: z.string().nullish(),
            manage_inventory: z.boolean().nullish(),
            inventory_quantity: z.number().nullish(),
            prices: z.array(z.object({ amount, currency_code: z.string() })).nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});

function nextOffset({
  count,
  offset,
  limit,
}: {
  count: number;
  offset: number;
  limit: number;
}): string | null {
  return offset + limit < count ? `${offset + limit}` : null;
}

function productsPage(
  page: z.infer<typeof Products>,
  offset: number,
  currency: string,
): StorePage<StoreProduct> {
  const variants = page.products.flatMap((product) =>
    (product.variants ?? []).map((variant) => ({ product, variant })),
  );
  const items = variants.flatMap(({ product, variant }): StoreProduct[] => {
    const sku = variant.sku?.trim();
    if (!sku) return [];
    const price = variant.prices?.find((one) => one.currency_code.toUpperCase() === currency)?.amount;
    return [
      {
        ...{ sku, remoteId: variant.id, remoteGroup: product.id, remotePrice: null },
        title: titleOf(product.title, variant.title ?? "default"),
        ...{ price: price === undefined ? null : `${price}`, currency, brand: null, unitCost: null },
        category: product.categories?.[0]?.name ?? null,
        gtin: variant.ean || variant.upc || null,
        stock: variant.manage_inventory ? (variant.inventory_quantity ?? null) : null,
        isActive: product.status === "published",
      },
    ];
  });
  return { items, next: nextOffset({ ...page, offset }), skipped: variants.length - items.length };
}

/** What Medusa calls the only variant of a product. */
const ONLY_VARIANT = /^default( variant)?$/i;

function titleOf(product: string, variant: string): string {
  return ONLY_VARIANT.test(variant) ? product : `${product} ${variant}`;
}

/** A price with an id is updated, one without is made. */
function batchOf(slice: readonly PriceToWrite[]) {
  const priceOf = ({ remoteId, price, currency }: PriceToWrite) => ({
    variant_id: remoteId,
    amount: Number(price),
    currency_code: currency.toLowerCase(),
  });
  return {
    create: slice.filter(({ remotePrice }) => remotePrice === null).map(priceOf),
    update: slice.flatMap((item) =>
      item.remotePrice === null ? [] : [{ id: item.remotePrice, ...priceOf(item) }],
    ),
  };
}

const ListPrice = z.object({
  id: z.string(),
  amount,
  currency_code: z.string(),
  min_quantity: z.number().nullish(),
  variant_id: z.string().nullish(),
  price_set: z.object({ variant: z.object({ id: z.string() }).nullish() }).nullish(),
});
const Written = z.object({ created: z.array(ListPrice), updated: z.array(ListPrice) });

function variantOf(price: z.infer<typeof ListPrice>): string | undefined {
  return price.variant_id ?? price.price_set?.variant?.id;
}

function outcomesOf(
  slice: readonly PriceToWrite[],
  { created, updated }: z.infer<typeof Written>,
): WriteOutcome[] {
  const ids = new Set(updated.map(({ id }) => id));
  const made = new Map(created.map((price) => [variantOf(price), price.id]));
  return slice.map(({ sku, remoteId, remotePrice }): WriteOutcome => {
    const id = remotePrice === null ? made.get(remoteId) : ids.has(remotePrice) ? remotePrice : undefined;
    if (id === undefined)
      return { sku, ok: false, isPassing: true, message: "the store did not answer for it" };
    return { sku, ok: true, remotePrice: id };
  });
}

const ListPrices = z.object({ ...paged, prices: z.array(ListPrice) });

/** The price list page by page; a price for a larger quantity, or in another currency, is not the one that we write. */
function pricesFrom(
  listings: readonly ListingRef[],
  list: string,
  currency: string,
  offset: number,
  send: Send,
): Exchange<ReadPrice[]> {
  const query = { limit: PRICES_PAGE, offset: offset };
  const skuOf = new Map(listings.map(({ remoteId, sku }) => [remoteId, sku]));
  return send(
    { path: withQuery(`${list}/prices`, query) },
    (reply) =>
      readJson(reply, ListPrices).prices.flatMap((price): ReadPrice[] => {
        const sku = skuOf.get(variantOf(price) ?? "");
        const isOurs = price.currency_code.toUpperCase() === currency && (price.min_quantity ?? 1) <= 1;
        return sku === undefined || !isOurs ? [] : [{ sku, price: `${price.amount}`, remotePrice: price.id }];
      }),
    (reply) => {
      const next = nextOffset({ ...readJson(reply, ListPrices), offset });
      return next === null ? null : pricesFrom(listings, list, currency, Number(next), send);
    },
  );
}

const Orders = z.object({
  ...paged,
  orders: z.array(
    z.object({
      id: z.string(),
      customer_id: z.string().nullish(),
      status: z.string(),
      created_at: z.string(),
      items: z
        .array(
          z.object({
            id: z.string(),
            variant_sku: z.string().nullish(),
            quantity: z.number(),
            unit_price: amount.nullish(),
            detail: z.object({ return_received_quantity: z.number().nullish() }).nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});

function ordersPage(page: z.infer<typeof Orders>, offset: number): StorePage<StoreSale> {
  const kept = page.orders.filter(({ status }) => status !== "draft" && status !== "canceled");
  const items = kept.flatMap((order) =>
    (order.items ?? []).flatMap((line): StoreSale[] => {
      const sku = line.variant_sku?.trim();
      if (!sku || line.quantity <= 0) return [];
      const common = { sku, session: order.customer_id ?? order.id, at: Date.parse(order.created_at) };
      const price = line.unit_price === null || line.unit_price === undefined ? null : `${line.unit_price}`;
      const sold: StoreSale = { ...common, id: line.id, type: "purchase", quantity: line.quantity, price };
      const returned = line.detail?.return_received_quantity ?? 0;
      if (returned <= 0) return [sold];
      return [
        sold,
        { ...common, id: `${line.id}/returned`, type: "refund", quantity: returned, price: null },
      ];
    }),
  );
  return { items, next: nextOffset({ ...page, offset }), skipped: page.orders.length - kept.length };
}
