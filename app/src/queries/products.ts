import { useQuery } from "@tanstack/solid-query";
import type { InferRequestType } from "hono/client";
import type { Accessor } from "solid-js";
import { DAY_MS, MINUTE_MS } from "../../../domain/base/time.ts";
import type { Product } from "../../../domain/contract/catalogue.ts";
import { answer, answerOrNull, api, inPath } from "../api/client.ts";
import type { ListSource } from "../list/list.ts";
import { keys } from "./keys.ts";

const WHOLE_LIST = 500;
/** An offer that opens no signal is not published, so an open page asks for it. */
const OFFERS_EVERY_MS = 20_000;

type Asked = InferRequestType<typeof api.products.$get>["query"];

export const productSource: ListSource<Product> = {
  key: keys.products,
  facets: "category,brand,status",
  fetch: (query, signal) => answer(api.products.$get({ query: query as Asked }, { init: { signal } })),
};

const product = api.products[":sku"];
const ofSku = (sku: string) => ({ param: { sku: inPath(sku) } });

export function useProduct(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: keys.product(sku()),
    queryFn: ({ signal }) => answerOrNull(product.$get(ofSku(sku()), { init: { signal } })),
  }));
}

export function useServedPrice(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "price"],
    queryFn: ({ signal }) => answer(api.price[":sku"].$get(ofSku(sku()), { init: { signal } })),
  }));
}

export function useOffers(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "offers"],
    queryFn: ({ signal }) => answer(product.offers.$get(ofSku(sku()), { init: { signal } })),
    refetchInterval: OFFERS_EVERY_MS,
    reconcile: "competitor",
  }));
}

export const SPANS = [
  { label: "24 h", days: 1, window: "5m" },
  { label: "7 d", days: 7, window: "1h" },
  { label: "30 d", days: 30, window: "1d" },
  { label: "120 d", days: 120, window: "1d" },
] as const satisfies readonly (Span & { label: string })[];
/** The span that is shown first. */
export const SPAN_FIRST = SPANS[3];

/** A stretch of time that ends now, and the window over which its prices are averaged. */
export interface Span {
  days: number;
  window: "5m" | "1h" | "1d";
}

/** The span's bounds (ms), rounded up to the minute so that two readers of a page ask the same question. */
export function boundsOf(span: Span, now: number): { from: number; to: number } {
  const to = Math.ceil(now / MINUTE_MS) * MINUTE_MS;
  return { from: to - span.days * DAY_MS, to };
}

const iso = (ms: number) => new Date(ms).toISOString();

/** A product with its competitors, demand, ledger and open signals over a span, in one request. */
export function useMarket(sku: Accessor<string>, span: Accessor<Span>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "market", span()],
    queryFn: ({ signal }) => {
      const { from, to } = boundsOf(span(), Date.now());
      const query = { from: iso(from), to: iso(to), window: span().window };
      return answer(product.market.$get({ ...ofSku(sku()), query }, { init: { signal } }));
    },
    refetchInterval: MINUTE_MS,
  }));
}

export function useHistory(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "history"],
    queryFn: ({ signal }) =>
      answer(product.history.$get({ ...ofSku(sku()), query: { limit: WHOLE_LIST } }, { init: { signal } })),
    reconcile: "seq",
  }));
}

/** The newest elasticity; null as long as no run has estimated one. */
export function useElasticity(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "elasticity"],
    queryFn: ({ signal }) => answerOrNull(product.elasticity.$get(ofSku(sku()), { init: { signal } })),
  }));
}

/** Whether catalogue prices include tax: true, as documented, until the settings have been read. */
export function usePricesIncludeTax(): Accessor<boolean> {
  const settings = useQuery(() => ({
    queryKey: keys.settings,
    queryFn: ({ signal }) => answer(api.settings.$get({}, { init: { signal } })),
    staleTime: 5 * MINUTE_MS,
  }));
  return () => (settings.isSuccess ? settings.data.pricesIncludeTax : true);
}
