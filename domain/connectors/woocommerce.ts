import { z } from "zod";
import {
  assertSuccess,
  type Exchange,
  type RateTold,
  readJson,
  type StoreReply,
  slicesOf,
  withQuery,
} from "./exchange.ts";
import type {
  ListingRef,
  PriceToWrite,
  ReadPrice,
  StoreAdapter,
  StorePage,
  StoreProduct,
  WriteOutcome,
} from "./store.ts";
import { ordersPage, totalPages } from "./woocommerce-orders.ts";

/**
 * WooCommerce's REST API, version 3: pages of at most 100, counted in `X-WP-TotalPages`; batches of at most 100, in which
 * every item has its own error. WooCommerce itself has no documented rate: the host's is a setting, and 429 is honoured.
 * Source: the WooCommerce REST API documentation, "Batch update products" and "Batch update product variations".
 */
interface WooOptions {
  /** of the Authorization header */
  authorization: string;
  currency: string;
  requestsPerSecond: number;
  /** key of the product's meta data; null = the prior price is not written */
  priorPriceField: string | null;
}

const PAGE = 100;
const API = "/wp-json/wc/v3";

export function wooCommerce(options: WooOptions): StoreAdapter {
  const { authorization, requestsPerSecond } = options;
  const send = <T>(
    request: { path: string; body?: object },
    read: (reply: StoreReply) => T,
    next?: (reply: StoreReply) => Exchange<T> | null,
  ): Exchange<T> => ({
    cost: 1,
    request: {
      method: request.body === undefined ? "GET" : "POST",
      path: API + request.path,
      headers: { authorization, "content-type": "application/json" },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    },
    read: (reply) => {
      assertSuccess(reply);
      return read(reply);
    },
    ...(next === undefined ? {} : { next }),
  });
  const rate: RateTold = {
    available: requestsPerSecond,
    max: requestsPerSecond,
    restorePerSecond: requestsPerSecond,
  };
  return {
    rate,
    concurrency: 2,
    readBatch: PAGE,
    slice: 5 * PAGE,
    unitsPerPrice: 3 / PAGE,
    facts: () =>
      send({ path: "/settings/general" }, (reply) => {
        const settings = new Map(readJson(reply, Settings).map(({ id, value }) => [id, value]));
        const currency = settings.get("woocommerce_currency");
        return {
          name: "WooCommerce",
          currency: typeof currency === "string" ? currency : null,
          pricesIncludeTax: null,
        };
      }),
    products: (cursor) => productsPage(placeOf(cursor), options, send),
    write: (items) => writes(items, options, send),
    prices: (listings) =>
      byParent(listings).map(([path, slice]) => {
        const query = {
          include: slice.map(({ remoteId }) => remoteId).join(","),
          per_page: PAGE,
          status: "any",
        };
        return send({ path: withQuery(path, query) }, (reply) =>
          readPrices(slice, readJson(reply, z.array(Priced))),
        );
      }),
    sales: (since, cursor) => {
      const page = Number(cursor ?? 1);
      const query = {
        ...{
          modified_after: new Date(since).toISOString(),
          dates_are_gmt: "true",
          orderby: "modified",
          order: "asc",
        },
        ...{ per_page: PAGE, page: page },
      };
      return send({ path: withQuery("/orders", query) }, (reply) => ordersPage(reply, page));
    },
  };
}

type Send = <T>(
  request: { path: string; body?: object },
  read: (reply: StoreReply) => T,
  next?: (reply: StoreReply) => Exchange<T> | null,
) => Exchange<T>;

const Settings = z.array(z.object({ id: z.string(), value: z.unknown() }));

const amount = z.union([z.string(), z.number()]).nullish();
const Priced = z.object({
  id: z.number(),
  price: amount,
  regular_price: amount,
  sale_price: amount,
  on_sale: z.boolean().nullish(),
});
const Product = Priced.extend({
  name: z.string().nullish(),
  sku: z.string().nullish(),
  type: z.string().nullish(),
  status: z.string().nullish(),
  global_unique_id: z.string().nullish(),
  manage_stock: z.union([z.boolean(), z.string()]).nullish(),
  stock_quantity: z.number().nullish(),
  categories: z.array(z.object({ name: z.string() })).nullish(),
  brands: z.array(z.object({ name: z.string() })).nullish(),
  attributes: z.array(z.object({ option: z.string().nullish() })).nullish(),
  cost_of_goods_sold: z.object({ total_value: z.number().nullish() }).nullish(),
});

/** The parent of variations, as far as they take from it. */
interface Parent {
  id: number;
  name: string;
  category: string | null;
  brand: string | null;
}

/** How far a listing has come: a page of products, and the variations of its variable products that are still to be read. */
interface Place {
  page: number;
  isLast: boolean;
  parents: Parent[];
  variations: number;
}

function placeOf(cursor: string | null): Place {
  return cursor === null
    ? { page: 1, isLast: false, parents: [], variations: 1 }
    : (JSON.parse(cursor) as Place);
}

function cursorOf(place: Place): string | null {
  return place.parents.length > 0 || !place.isLast ? JSON.stringify(place) : null;
}

function productsPage(place: Place, { currency }: WooOptions, send: Send): Exchange<StorePage<StoreProduct>> {
  const [parent, ...others] = place.parents;
  const page = parent ? place.variations : place.page;
  const query = {
    per_page: PAGE,
    page: page,
    orderby: "id",
    order: "asc",
    status: "any",
  };
  const path = parent ? `/products/${parent.id}/variations` : "/products";
  return send({ path: withQuery(path, query) }, (reply) => {
    const rows = readJson(reply, z.array(Product));
    const isLast = page >= totalPages(reply);
    const variable = parent ? [] : rows.filter(({ type }) => type === "variable").map(parentOf);
    const items = rows.flatMap((row) =>
      row.type === "variable" ? [] : productOf(row, currency, parent ?? null),
    );
    const next = parent
      ? { ...place, parents: isLast ? others : place.parents, variations: isLast ? 1 : page + 1 }
      : { page: page + 1, isLast, parents: variable, variations: 1 };
    return { items, next: cursorOf(next), skipped: rows.length - variable.length - items.length };
  });
}

function parentOf({ id, name, categories, brands }: z.infer<typeof Product>): Parent {
  return { id, name: name ?? "", category: categories?.[0]?.name ?? null, brand: brands?.[0]?.name ?? null };
}

function productOf(row: z.infer<typeof Product>, currency: string, parent: Parent | null): StoreProduct[] {
  const sku = row.sku?.trim();
  if (!sku) return [];
  const options = (row.attributes ?? []).flatMap(({ option }) => option || []);
  const cost = row.cost_of_goods_sold?.total_value;
  return [
    {
      ...{ sku, remoteId: `${row.id}`, remoteGroup: parent ? `${parent.id}` : null, remotePrice: null },
      title: parent ? [parent.name, ...options].join(" ") : (row.name ?? sku),
      ...{ price: decimal(row.price), currency },
      category: parent?.category ?? row.categories?.[0]?.name ?? null,
      brand: parent?.brand ?? row.brands?.[0]?.name ?? null,
      gtin: row.global_unique_id || null,
      unitCost: cost ? `${cost}` : null,
      stock: row.manage_stock === true ? (row.stock_quantity ?? null) : null,
      isActive: row.status === "publish",
    },
  ];
}

/** WooCommerce writes no price as "", and a number where a plugin does. */
function decimal(value: z.infer<typeof amount>): string | null {
  return value === null || value === undefined || value === "" ? null : `${value}`;
}

/** Items by the path of their list: products, or the variations of one parent; 100 at most. */
function byParent<T extends ListingRef>(items: readonly T[]): [path: string, items: T[]][] {
  const groups = Map.groupBy(items, ({ remoteGroup }) =>
    remoteGroup === null ? "/products" : `/products/${remoteGroup}/variations`,
  );
  return [...groups].flatMap(([path, group]) =>
    slicesOf(group, PAGE).map((slice): [string, T[]] => [path, slice]),
  );
}

function writes(items: readonly PriceToWrite[], options: WooOptions, send: Send) {
  return byParent(items).map(([path, slice]) => {
    const update = slice.map((item) => updateOf(item, options));
    const exchange = send({ path: `${path}/batch`, body: { update } }, (reply) =>
      outcomesOf(slice, readJson(reply, Batch)),
    );
    return { skus: slice.map(({ sku }) => sku), exchange };
  });
}

/** Only the regular price: a sale that the shop runs itself is ended by a person's decision alone. */
function updateOf({ remoteId, price, priorPrice, isForced }: PriceToWrite, { priorPriceField }: WooOptions) {
  const prior =
    priorPriceField !== null && priorPrice !== null ? [{ key: priorPriceField, value: priorPrice }] : null;
  return {
    ...{ id: Number(remoteId), regular_price: price },
    ...(isForced ? { sale_price: "" } : {}),
    ...(prior ? { meta_data: prior } : {}),
  };
}

const Batch = z.object({
  update: z.array(
    z.object({
      id: z.number(),
      error: z
        .object({
          code: z.string(),
          message: z.string(),
          data: z.object({ status: z.number() }).partial().nullish(),
        })
        .optional(),
    }),
  ),
});

function outcomesOf(slice: readonly PriceToWrite[], { update }: z.infer<typeof Batch>): WriteOutcome[] {
  const byId = new Map(update.map((one) => [`${one.id}`, one]));
  return slice.map(({ sku, remoteId }) => {
    const answer = byId.get(remoteId);
    if (!answer) return { sku, ok: false, isPassing: true, message: "the store did not answer for it" };
    const { error } = answer;
    if (!error) return { sku, ok: true };
    return { sku, ok: false, isPassing: (error.data?.status ?? 400) >= 500, message: error.message };
  });
}

function readPrices(slice: readonly ListingRef[], rows: readonly z.infer<typeof Priced>[]): ReadPrice[] {
  const byId = new Map(rows.map((row) => [`${row.id}`, row]));
  return slice.map(({ sku, remoteId }) => {
    const row = byId.get(remoteId);
    const isSale = row !== undefined && decimal(row.sale_price) !== null && row.on_sale !== false;
    return {
      sku,
      price: decimal(row?.price),
      ...(isSale ? { note: "the store runs a sale price of its own" } : {}),
    };
  });
}
