import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { call, read } from "../api/client.ts";
import type { Page, Signal } from "../api/types.ts";
import { apiUrl } from "../api/urls.ts";
import { keys } from "./keys.ts";

const PAGE_LIMIT = 100;

export interface SignalFilter {
  status?: string | undefined;
  type?: string | undefined;
  sku?: string | undefined;
  minPriority?: number | undefined;
}

export function useSignals(filter: Accessor<SignalFilter>) {
  return useInfiniteQuery(() => ({
    queryKey: [...keys.signals, filter()],
    queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
      read<Page<Signal>>(apiUrl.signals({ ...filter(), limit: PAGE_LIMIT, cursor: pageParam }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<Signal>) => last.nextCursor ?? undefined,
    reconcile: "id",
  }));
}

export function useAcknowledge() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: (id: string) => call<Signal>("PUT", apiUrl.acknowledge(id)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.signals }),
  }));
}
