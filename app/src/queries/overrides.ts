import { useQuery } from "@tanstack/solid-query";
import type { InferResponseType } from "hono/client";
import { MINUTE_MS } from "../../../domain/base/time.ts";
import { answer, api } from "../api/client.ts";
import { keys } from "./keys.ts";

export type Override = InferResponseType<typeof api.overrides.$get, 200>["items"][number];

const READ_MAX = 50;

/** The freezes and orders in force that are for more than one product. */
export function useWideOverrides(): () => Override[] {
  const overrides = useQuery(() => ({
    queryKey: [...keys.overrides, "wide"],
    queryFn: ({ signal }) =>
      answer(api.overrides.$get({ query: { sort: "-createdAt", limit: READ_MAX } }, { init: { signal } })),
    refetchInterval: MINUTE_MS,
    reconcile: "id",
  }));
  return () =>
    (overrides.isPending ? [] : (overrides.data?.items ?? [])).filter(
      ({ active, kind, scope }) => active && kind !== "FIXED_PRICE" && scope !== "sku",
    );
}
