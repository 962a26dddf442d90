import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import type { InferRequestType } from "hono/client";
import type { Accessor } from "solid-js";
import type { Signal } from "../../../domain/contract/market.ts";
import { answer, api, inPath } from "../api/client.ts";
import type { ListSource } from "../list/list.ts";
import { patchRows } from "../list/patch-rows.ts";
import { keys } from "./keys.ts";

type Asked = InferRequestType<typeof api.signals.$get>["query"];

export const signalSource: ListSource<Signal> = {
  key: keys.signals,
  facets: "type,category,competitor",
  fetch: (query, signal) => answer(api.signals.$get({ query: query as Asked }, { init: { signal } })),
};

/** The newest signals of a SKU; the ones in force are among them. */
export function useSignalsOf(sku: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...keys.product(sku()), "signals"],
    queryFn: ({ signal }) =>
      answer(
        api.signals.$get({ query: { sku: sku(), sort: "-updatedAt", limit: 100 } }, { init: { signal } }),
      ),
    reconcile: "id",
  }));
}

export function useAcknowledge() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: (id: string) => answer(api.signals[":id"].acknowledge.$put({ param: { id: inPath(id) } })),
    onSuccess: (signal) => {
      const { title: _, ...shown } = signal;
      patchRows<Signal>(client, keys.signals, (row) => row.id === signal.id, shown);
      client.invalidateQueries({ queryKey: keys.product(signal.sku) });
    },
  }));
}
