import { useQuery } from "@tanstack/solid-query";
import type { InferResponseType } from "hono/client";
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

export function useMarketSummary() {
  return useQuery(() => ({
    queryKey: ["market", "summary"],
    queryFn: ({ signal }) => answer(api.market.summary.$get({}, { init: { signal } })),
    refetchInterval: MINUTE_MS,
  }));
}

/** The few pending proposals that are worth most, and how many wait. */
export function useBestProposals(limit: number) {
  return useQuery(() => ({
    queryKey: [...keys.proposals, "best", limit],
    queryFn: ({ signal }) => {
      const query = { status: "pending" as const, sort: "-value", facets: "risk", limit };
      return answer(api.proposals.$get({ query }, { init: { signal } }));
    },
    reconcile: "id",
  }));
}

/** The few open signals that are most urgent. */
export function useUrgentSignals(limit: number) {
  return useQuery(() => ({
    queryKey: [...keys.signals, "urgent", limit],
    queryFn: ({ signal }) => {
      const query = { status: "open" as const, minPriority: 1, sort: "-severity", limit };
      return answer(api.signals.$get({ query }, { init: { signal } }));
    },
    reconcile: "id",
  }));
}
