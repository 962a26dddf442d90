import { useInfiniteQuery, useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { DAY_MS, MINUTE_MS } from "../../../domain/base/time.ts";
import { read } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import type {
  DemandDay,
  Elasticity,
  LedgerEntry,
  Offer,
  Page,
  Product,
  ServedPrice,
  TrendPoint,
} from "../api/types.ts";
import { apiUrl, type TrendWindow } from "../api/urls.ts";
import { keys } from "./keys.ts";

const PAGE_LIMIT = 100;
const WHOLE_LIST = 500;
/** An offer that opens no signal comes with no live frame, so an open page asks. */
const OFFERS_EVERY_MS = 20_000;

export interface ProductFilter {
  q?: string | undefined;
  category?: string | undefined;
  status?: string | undefined;
}

export function useProducts(filter: Accessor<ProductFilter>) {
  return useInfiniteQuery(() => ({
    queryKey: [...keys.products, filter()],
    queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
      read<Page<Product>>(apiUrl.products({ ...filter(), limit: PAGE_LIMIT, cursor: pageParam }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<Product>) => last.nextCursor ?? undefined,
    reconcile: "sku",
  }));
}

/** The categories in use, in alphabetical order. */
export function useCategories() {
  return useQuery(() => ({
    queryKey: ["categories"],
    queryFn: async ({ signal }) => {
      const { items } = await read<Page<Product>>(apiUrl.products({ limit: WHOLE_LIST }), signal);
      return [...new Set(items.map((p) => p.category))].sort((a, b) => a.localeCompare(b));
    },
    staleTime: 5 * MINUTE_MS,
  }));
}

export function useProduct(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: keys.product(sku()),
    queryFn: ({ signal }) => read<Product>(apiUrl.product(sku()), signal),
  }));
}

export function useServedPrice(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "price"],
    queryFn: ({ signal }) => read<ServedPrice>(apiUrl.price(sku()), signal),
  }));
}

export function useOffers(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "offers"],
    queryFn: ({ signal }) => read<Page<Offer>>(apiUrl.offers(sku()), signal),
    refetchInterval: OFFERS_EVERY_MS,
    reconcile: "competitor",
  }));
}

/** A stretch of time ending now, and the bucket its prices are averaged over. */
export interface Span {
  days: number;
  window: TrendWindow;
}

/** The span's bounds, cut to the minute so that two readers of the same page ask the same question. */
export function boundsOf(span: Span, now: number): { from: number; to: number } {
  const to = Math.ceil(now / MINUTE_MS) * MINUTE_MS;
  return { from: to - span.days * DAY_MS, to };
}

const iso = (ms: number) => new Date(ms).toISOString();

export function useTrend(sku: Accessor<string>, span: Accessor<Span>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "trend", span()],
    queryFn: ({ signal }) => {
      const { from, to } = boundsOf(span(), Date.now());
      const url = apiUrl.trend(sku(), { from: iso(from), to: iso(to), window: span().window });
      return read<Page<TrendPoint>>(url, signal);
    },
  }));
}

export function useDemand(sku: Accessor<string>, days: Accessor<number>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "demand", days()],
    queryFn: ({ signal }) => {
      const { from, to } = boundsOf({ days: days(), window: "1d" }, Date.now());
      const day = (ms: number) => iso(ms).slice(0, 10);
      return read<Page<DemandDay>>(apiUrl.demand(sku(), { from: day(from), to: day(to) }), signal);
    },
  }));
}

export function useHistory(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "history"],
    queryFn: ({ signal }) => read<Page<LedgerEntry>>(apiUrl.history(sku(), { limit: WHOLE_LIST }), signal),
    reconcile: "seq",
  }));
}

/** The newest elasticity; null as long as no run has estimated one. */
export function useElasticity(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "elasticity"],
    queryFn: ({ signal }) => orNull(read<Elasticity>(apiUrl.elasticity(sku()), signal)),
  }));
}

/** Whether catalogue prices include tax; the documented default holds where settings cannot be read. */
export function usePricesIncludeTax() {
  return useQuery(() => ({
    queryKey: keys.settings,
    queryFn: async ({ signal }) => {
      const settings = await orNull(read<{ pricesIncludeTax?: boolean }>(apiUrl.settings(), signal));
      return settings?.pricesIncludeTax ?? true;
    },
    staleTime: 5 * MINUTE_MS,
  }));
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
