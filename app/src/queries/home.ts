import { keepPreviousData, useQuery } from "@tanstack/solid-query";
import type { InferResponseType } from "hono/client";
import type { Accessor } from "solid-js";
import { MINUTE_MS } from "../../../domain/base/time.ts";
import { answer, api } from "../api/client.ts";
import { keys } from "./keys.ts";

export type MarketSummary = InferResponseType<typeof api.market.summary.$get, 200>;

export type Health = InferResponseType<typeof api.health.$get, 200>;

export function useHealth() {
  return useQuery(() => ({
    queryKey: ["health"],
    queryFn: ({ signal }) => answer(api.health.$get({}, { init: { signal } })),
    refetchInterval: MINUTE_MS,
  }));
}

/** Of a page: the category that it is narrowed to. */
type OfCategory = Accessor<string | undefined>;

function narrowed(category: OfCategory | undefined): { category?: string } {
  const chosen = category?.();
  return chosen === undefined ? {} : { category: chosen };
}

export function useMarketSummary(category?: OfCategory) {
  return useQuery(() => ({
    queryKey: ["market", "summary", narrowed(category)],
    queryFn: ({ signal }) =>
      answer(api.market.summary.$get({ query: narrowed(category) }, { init: { signal } })),
    refetchInterval: MINUTE_MS,
    placeholderData: keepPreviousData,
  }));
}

export type ShopActivity = InferResponseType<typeof api.analysis.activity.$get, 200>;

/** What shoppers did in the newest hour and day; it is rolled up every hour. */
export function useActivity(category: OfCategory) {
  return useQuery(() => ({
    queryKey: ["analysis", "activity", narrowed(category)],
    queryFn: ({ signal }) =>
      answer(api.analysis.activity.$get({ query: narrowed(category) }, { init: { signal } })),
    refetchInterval: 10 * MINUTE_MS,
    placeholderData: keepPreviousData,
  }));
}

/** The few pending proposals that are worth most, and how many wait. */
export function useBestProposals(limit: number, category: OfCategory) {
  return useQuery(() => ({
    queryKey: [...keys.proposals, "best", limit, narrowed(category)],
    queryFn: ({ signal }) => {
      const asked = { status: "pending" as const, sort: "-value", facets: "risk", limit };
      const query = { ...asked, ...narrowed(category) };
      return answer(api.proposals.$get({ query }, { init: { signal } }));
    },
    reconcile: "id",
  }));
}

/** The few open signals that are most urgent. */
export function useUrgentSignals(limit: number, category: OfCategory) {
  return useQuery(() => ({
    queryKey: [...keys.signals, "urgent", limit, narrowed(category)],
    queryFn: ({ signal }) => {
      const asked = { status: "open" as const, minPriority: 1, sort: "-severity", limit };
      const query = { ...asked, ...narrowed(category) };
      return answer(api.signals.$get({ query }, { init: { signal } }));
    },
    reconcile: "id",
  }));
}
