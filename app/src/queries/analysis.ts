import { useQuery } from "@tanstack/solid-query";
import type { InferRequestType, InferResponseType } from "hono/client";
import type { Accessor } from "solid-js";
import { MINUTE_MS } from "../../../domain/base/time.ts";
import { answer, answerOrNull, api, inPath } from "../api/client.ts";

/** Marts are rolled up every hour: what was read a minute ago is as good. */
const FRESH = { staleTime: MINUTE_MS };

interface SpanQuery {
  from?: string;
  category?: string;
}

export type Funnel = InferResponseType<typeof api.analysis.funnel.$get, 200>;

export function useFunnel(
  query: Accessor<SpanQuery & { device?: "mobile" | "desktop" | "tablet" | "unknown" }>,
) {
  return useQuery(() => ({
    queryKey: ["analysis", "funnel", query()],
    queryFn: ({ signal }) => answer(api.analysis.funnel.$get({ query: query() }, { init: { signal } })),
    ...FRESH,
  }));
}

export type Demand = InferResponseType<typeof api.analysis.demand.$get, 200>;

export function useDemandAnalysis(query: Accessor<SpanQuery>) {
  return useQuery(() => ({
    queryKey: ["analysis", "demand", query()],
    queryFn: ({ signal }) => answer(api.analysis.demand.$get({ query: query() }, { init: { signal } })),
    ...FRESH,
  }));
}

export type Customers = InferResponseType<typeof api.analysis.customers.$get, 200>;

export function useCustomers() {
  return useQuery(() => ({
    queryKey: ["analysis", "customers"],
    queryFn: ({ signal }) => answer(api.analysis.customers.$get({}, { init: { signal } })),
    ...FRESH,
  }));
}

const pricing = api.marts["pricing-analysis"];
export type Exposure = InferResponseType<typeof pricing.$get, 200>;

/** The products with the widest gaps. */
export function useExposure(category: Accessor<string | undefined>) {
  const query = () => {
    const asked = { sort: "-gapPct", limit: 100 };
    const chosen = category();
    return chosen === undefined ? asked : { ...asked, category: chosen };
  };
  return useQuery(() => ({
    queryKey: ["analysis", "exposure", query()],
    queryFn: ({ signal }) => answer(pricing.$get({ query: query() }, { init: { signal } })),
    ...FRESH,
  }));
}

const simulation = api.analysis["revenue-simulation"];
type SimulationQuery = InferRequestType<typeof simulation.$get>["query"];
export type Simulation = InferResponseType<typeof simulation.$get, 200>;

export function useSimulation(query: Accessor<SimulationQuery>) {
  return useQuery(() => ({
    queryKey: ["analysis", "simulation", query()],
    queryFn: ({ signal }) => answer(simulation.$get({ query: query() }, { init: { signal } })),
    ...FRESH,
  }));
}

export type ElasticitySpread = InferResponseType<typeof api.analysis.elasticity.$get, 200>;

export function useElasticitySpread(query: Accessor<{ category?: string; brand?: string }>) {
  return useQuery(() => ({
    queryKey: ["analysis", "elasticity", query()],
    queryFn: ({ signal }) => answer(api.analysis.elasticity.$get({ query: query() }, { init: { signal } })),
    ...FRESH,
  }));
}

export function useStockSummary() {
  return useQuery(() => ({
    queryKey: ["analysis", "stock"],
    queryFn: ({ signal }) => answer(api.analysis.stock.summary.$get({}, { init: { signal } })),
    ...FRESH,
  }));
}

const demandSignals = api.analysis["demand-signals"];
export type DemandSignals = InferResponseType<typeof demandSignals.$get, 200>;

export function useDemandSignals(query: Accessor<SpanQuery>) {
  return useQuery(() => ({
    queryKey: ["analysis", "demand-signals", query()],
    queryFn: ({ signal }) => answer(demandSignals.$get({ query: query() }, { init: { signal } })),
    ...FRESH,
  }));
}

export function useMarketIndex(
  query: Accessor<{ by: "all" | "category" | "brand" | "competitor"; from: string }>,
) {
  return useQuery(() => ({
    queryKey: ["market", "index", query()],
    queryFn: ({ signal }) => {
      // the typed client takes "index" for the address above it
      const call = fetch(`/api/market/index?${new URLSearchParams(query())}`, { signal });
      return answer(call as unknown as ReturnType<typeof api.market.index.$get>);
    },
    ...FRESH,
  }));
}

export type Mover = InferResponseType<typeof api.market.movers.$get, 200>["items"][number];

export function useMovers(query: Accessor<{ days: "1" | "7"; kind: "up" | "down" | "volatile" }>) {
  return useQuery(() => ({
    queryKey: ["market", "movers", query()],
    queryFn: ({ signal }) => answer(api.market.movers.$get({ query: query() }, { init: { signal } })),
    ...FRESH,
  }));
}

export type Directions = InferResponseType<typeof api.market.directions.$get, 200>;

export function useDirections(query: Accessor<{ days: "1" | "7" }>) {
  return useQuery(() => ({
    queryKey: ["market", "directions", query()],
    queryFn: ({ signal }) => answer(api.market.directions.$get({ query: query() }, { init: { signal } })),
    ...FRESH,
  }));
}

export type Volatility = InferResponseType<typeof api.market.volatility.$get, 200>;

export function useVolatility(query: Accessor<SpanQuery>) {
  return useQuery(() => ({
    queryKey: ["market", "volatility", query()],
    queryFn: ({ signal }) => answer(api.market.volatility.$get({ query: query() }, { init: { signal } })),
    ...FRESH,
  }));
}

const competitors = api.market.competitors[":competitor"];
export type CompetitorAnalysis = InferResponseType<typeof competitors.$get, 200>;

/** @param name nothing is asked without one */
export function useCompetitor(name: Accessor<string | undefined>, query: Accessor<SpanQuery>) {
  return useQuery(() => ({
    queryKey: ["market", "competitor", name(), query()],
    queryFn: ({ signal }) =>
      answerOrNull(
        competitors.$get(
          { param: { competitor: inPath(name() ?? "") }, query: query() },
          { init: { signal } },
        ),
      ),
    enabled: name() !== undefined,
    ...FRESH,
  }));
}

export const EVENTS_EVERY_MS = 30_000;
export type ShopEvent = InferResponseType<
  (typeof api.analysis)["latest-events"]["$get"],
  200
>["items"][number];

/** The newest shop events, read again every half minute. */
export function useLatestEvents() {
  return useQuery(() => ({
    queryKey: ["analysis", "latest-events"],
    queryFn: ({ signal }) => answer(api.analysis["latest-events"].$get({ query: {} }, { init: { signal } })),
    refetchInterval: EVENTS_EVERY_MS,
  }));
}

export const MOVEMENTS_MAX = 500;
export type Movement = InferResponseType<typeof api.movements.$get, 200>["items"][number];

export function useLatestMovements() {
  return useQuery(() => ({
    queryKey: ["movements"],
    queryFn: ({ signal }) =>
      answer(api.movements.$get({ query: { limit: String(MOVEMENTS_MAX) } }, { init: { signal } })),
    ...FRESH,
  }));
}
