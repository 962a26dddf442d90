import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import type { SignalStatus } from "../../../domain/messages/names.ts";
import { answer, api, inPath } from "../api/client.ts";
import { keys } from "./keys.ts";

const PAGE_LIMIT = 100;

export interface SignalQuery {
  status?: SignalStatus | undefined;
  type?: string | undefined;
  sku?: string | undefined;
  minPriority?: number | undefined;
}

export function useSignals(query: Accessor<SignalQuery>) {
  return useInfiniteQuery(() => ({
    queryKey: [...keys.signals, query()],
    queryFn: ({ pageParam: cursor, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
      answer(api.signals.$get({ query: { ...query(), limit: PAGE_LIMIT, cursor } }, { init: { signal } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    reconcile: "id",
  }));
}

export function useAcknowledge() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: (id: string) => answer(api.signals[":id"].acknowledge.$put({ param: { id: inPath(id) } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.signals }),
  }));
}
