import { z } from "zod";
import { isCurrency } from "../base/currency.ts";
import type { StoreKind } from "../messages/names.ts";
import { httpStore } from "./http-store.ts";
import { medusa } from "./medusa.ts";
import { shopify } from "./shopify/adapter.ts";
import type { StoreAdapter } from "./store.ts";
import { wooCommerce } from "./woocommerce.ts";

/** Stores are asked over TLS; a shop on this machine, for trying out, may do without. */
const ADDRESS = /^(https:\/\/[^\s/?#@]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(\/[^\s?#]*)?$/;

const url = z
  .string()
  .max(300)
  .regex(ADDRESS, "an address with https (http on this machine only), without user, query or fragment")
  .describe("address of the shop; paths of its API are added");
const currency = z
  .string()
  .refine(isCurrency, "an ISO 4217 code")
  .optional()
  .describe("of the shop's prices; default: the install's");
const rate = (standard: number) =>
  z.number().min(0.1).max(1_000).default(standard).describe("requests a second that the shop's host allows");
const path = z.string().max(500).regex(/^\//, "begins with a slash");
const secret = z.string().trim().min(1).max(1_000);

const SHOPIFY_FIELD = /^[\w-]{3,255}\.[\w-]{2,64}$/;

/** What has to be known of a store, by kind; the credentials are sealed before they are kept. */
export const STORE_OPTIONS = {
  shopify: z.strictObject({
    url,
    currency,
    apiVersion: z
      .string()
      .regex(/^\d{4}-\d{2}$/)
      .default("2026-10"),
    priorPriceField: z
      .string()
      .regex(SHOPIFY_FIELD, "namespace.key")
      .optional()
      .describe("variant metafield of type money for the lowest prior price of a reduction"),
  }),
  woocommerce: z.strictObject({
    url,
    currency,
    requestsPerSecond: rate(4),
    priorPriceField: z
      .string()
      .max(100)
      .optional()
      .describe("key of the product's meta data for the lowest prior price of a reduction"),
  }),
  medusa: z.strictObject({
    url,
    currency,
    requestsPerSecond: rate(10),
    priceListId: z.string().min(1).max(100).describe("the price list that holds our prices"),
  }),
  http: z.strictObject({
    url,
    currency,
    requestsPerSecond: rate(5),
    productsPath: path.describe("GET: all products with `sku` and `price`, as JSON or CSV"),
    pricesPath: path.describe("POST: prices with `sku, price, currency, sequence`"),
    format: z.enum(["json", "csv"]).default("json").describe("of what is posted"),
    batch: z.int().min(1).max(1_000).default(100).describe("prices of one request"),
  }),
} as const;

export const STORE_CREDENTIALS = {
  shopify: z.strictObject({ accessToken: secret.describe("of an app with write_products and read_orders") }),
  woocommerce: z.strictObject({ consumerKey: secret, consumerSecret: secret }),
  medusa: z.strictObject({ apiKey: secret.describe("a secret API key") }),
  http: z.strictObject({
    authorization: secret.optional().describe("value of the Authorization header, such as `Bearer …`"),
  }),
} as const;

/** The adapter to a store, from its checked options and opened credentials. `home`: the install's currency;
 * `base64`: the runtime's own. */
export function adapterOf(
  kind: StoreKind,
  options: unknown,
  credentials: unknown,
  { home, base64 }: { home: string; base64(text: string): string },
): StoreAdapter {
  switch (kind) {
    case "shopify": {
      const { apiVersion, priorPriceField = null } = STORE_OPTIONS.shopify.parse(options);
      return shopify({ apiVersion, priorPriceField, ...STORE_CREDENTIALS.shopify.parse(credentials) });
    }
    case "woocommerce": {
      const {
        requestsPerSecond,
        priorPriceField = null,
        currency = home,
      } = STORE_OPTIONS.woocommerce.parse(options);
      const { consumerKey, consumerSecret } = STORE_CREDENTIALS.woocommerce.parse(credentials);
      const authorization = `Basic ${base64(`${consumerKey}:${consumerSecret}`)}`;
      return wooCommerce({ requestsPerSecond, priorPriceField, currency, authorization });
    }
    case "medusa": {
      const { requestsPerSecond, priceListId, currency = home } = STORE_OPTIONS.medusa.parse(options);
      const authorization = `Basic ${base64(`${STORE_CREDENTIALS.medusa.parse(credentials).apiKey}:`)}`;
      return medusa({ requestsPerSecond, priceListId, currency, authorization });
    }
    case "http": {
      const { currency = home, url: _, ...rest } = STORE_OPTIONS.http.parse(options);
      const { authorization = null } = STORE_CREDENTIALS.http.parse(credentials);
      return httpStore({ ...rest, currency, authorization });
    }
  }
}

/** Whether the store has a field for the lowest prior price. */
export function writesPriorPrice(kind: StoreKind, options: Record<string, unknown>): boolean {
  return kind === "http" || options.priorPriceField !== undefined;
}
