import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { call, read } from "../api/client.ts";
import type { Page, Run, StartableRun } from "../api/types.ts";
import { apiUrl } from "../api/urls.ts";
import { keys } from "./keys.ts";
import { isUnderWay } from "./run-progress.ts";

/** Runs shown: the newest few. */
const RECENT = 8;
/** While a run goes on its progress is asked for as well, in case a frame was lost. */
const POLL_MS = 3000;

export function useRuns() {
  return useQuery(() => ({
    queryKey: keys.runs,
    queryFn: ({ signal }) => read<Page<Run>>(apiUrl.runs({ limit: RECENT }), signal),
    refetchInterval: (query) => (query.state.data?.items.some(isUnderWay) ? POLL_MS : false),
    reconcile: "id",
  }));
}

export function useStartRun() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: (kind: StartableRun) => call<{ runId: string }>("POST", apiUrl.runs(), { body: { kind } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.runs }),
  }));
}
