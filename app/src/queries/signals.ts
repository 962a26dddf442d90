import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import type { InferRequestType, InferResponseType } from "hono/client";
import type { Accessor } from "solid-js";
import { MINUTE_MS } from "../../../domain/base/time.ts";
import type { Signal } from "../../../domain/contract/market.ts";
import { answer, api, inPath } from "../api/client.ts";
import { toastError } from "../components/toasts.tsx";
import type { ListAsked, ListSource } from "../list/list.ts";
import { patchRows } from "../list/patch-rows.ts";
import { keys } from "./keys.ts";

type Asked = InferRequestType<typeof api.signals.$get>["query"];

export const signalSource: ListSource<Signal> = {
  key: keys.signals,
  facets: "type,category,competitor,assignee",
  fetch: (query, signal) => answer(api.signals.$get({ query: query as Asked }, { init: { signal } })),
};

/** How many of a list's signals opened in which hour of the day, UTC. */
export function useSignalHours(asked: Accessor<ListAsked>) {
  return useQuery(() => ({
    queryKey: [...keys.signals, "hours", asked()],
    queryFn: ({ signal }) => {
      const { groupBy: _, ...query } = asked() as Asked;
      return answer(
        api.signals.$get({ query: { ...query, facets: "hour", limit: 1 } }, { init: { signal } }),
      );
    },
  }));
}

export type SignalSummary = InferResponseType<typeof api.signals.summary.$get, 200>;

/** What the signals of a list come to. It counts them all, so it is read again as seldom as their number. */
export function useSignalSummary(asked: Accessor<ListAsked>) {
  return useQuery(() => ({
    queryKey: [...keys.signals, "count", "summary", asked()],
    queryFn: ({ signal }) => {
      const { groupBy: _, sort: __, ...query } = asked() as Asked;
      return answer(api.signals.summary.$get({ query }, { init: { signal } }));
    },
  }));
}

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
      patchRows<Signal>(client, keys.signals, (row) => (row.id === signal.id ? shown : undefined));
      client.invalidateQueries({ queryKey: keys.product(signal.sku) });
    },
  }));
}

/** The people whom signals can be given to, by address. */
export function usePeople() {
  return useQuery(() => ({
    queryKey: ["people"],
    queryFn: ({ signal }) => answer(api.people.$get({}, { init: { signal } })),
    staleTime: 10 * MINUTE_MS,
  }));
}

/** The signals that are meant: those named, or all that a list has. */
export type Which = Pick<InferRequestType<typeof api.signals.acknowledge.$post>["json"], "ids" | "filter">;

/** Changes signals a part after the other: a request takes so many at most. */
function useChangeMany<Input extends Which>(
  send: (which: Input) => Promise<{ done: number; remaining: number }>,
  onProgress: (done: number) => void,
) {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: async (which: Input) => {
      let done = 0;
      for (;;) {
        const part = await send(which);
        done += part.done;
        onProgress(done);
        if (part.remaining === 0 || part.done === 0) return done;
      }
    },
    onError: toastError,
    onSettled: () => {
      client.resetQueries({ queryKey: ["list", ...keys.signals] });
      client.invalidateQueries({ queryKey: ["product"] });
    },
  }));
}

export function useAcknowledgeMany(onProgress: (done: number) => void) {
  return useChangeMany((json: Which) => answer(api.signals.acknowledge.$post({ json })), onProgress);
}

export function useAssignMany(onProgress: (done: number) => void) {
  return useChangeMany(
    (json: Which & { to: string | null }) => answer(api.signals.assign.$post({ json })),
    onProgress,
  );
}

/** Gives one signal to a person, or with null to nobody. */
export function useAssign() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: ({ id, to }: { id: string; to: string | null }) =>
      answer(api.signals[":id"].assign.$post({ param: { id: inPath(id) }, json: { to } })),
    onSuccess: ({ id, sku, assignee }) => {
      patchRows<Signal>(client, keys.signals, (row) => (row.id === id ? { assignee } : undefined));
      client.invalidateQueries({ queryKey: keys.product(sku) });
    },
    onError: toastError,
  }));
}
