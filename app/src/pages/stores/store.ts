import type { InferResponseType } from "hono/client";
import type { STORE_KINDS } from "../../../../domain/messages/names.ts";
import type { api } from "../../api/client.ts";

export type Store = InferResponseType<typeof api.stores.$get, 200>["items"][number];
export type StoreKind = (typeof STORE_KINDS)[number];

/** How the kinds are called; a code as words reads badly here. */
export const KIND_NAMES: Record<StoreKind, string> = {
  shopify: "Shopify",
  woocommerce: "WooCommerce",
  medusa: "Medusa",
  http: "Any shop over HTTP",
};
