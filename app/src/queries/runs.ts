import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import type { Page } from "../../../domain/contract/answers.ts";
import type { Run } from "../../../domain/contract/decisions.ts";
import type { LiveItem } from "../../../domain/messages/live.ts";
import type { RunKind } from "../../../domain/messages/names.ts";
import { answer, api } from "../api/client.ts";
import { isUnderWay, keys } from "./keys.ts";

/** The runs that a person starts here; features are computed by the others. */
export const STARTABLE_RUNS = ["elasticity", "proposals"] as const satisfies readonly RunKind[];
export type StartableRun = (typeof STARTABLE_RUNS)[number];

/** Runs shown: the newest few. */
const RECENT = 8;
/** While a run goes on its progress is also asked for, in case a live frame was lost. */
const POLL_MS = 3000;

export function useRuns() {
  return useQuery(() => ({
    queryKey: keys.runs,
    queryFn: ({ signal }) => answer(api.runs.$get({ query: { limit: RECENT } }, { init: { signal } })),
    refetchInterval: (query) => (query.state.data?.items.some(isUnderWay) ? POLL_MS : false),
    reconcile: "id",
  }));
}

export function useStartRun() {
  const client = useQueryClient();
  return useMutation(() => ({
    mutationFn: (kind: StartableRun) => answer(api.runs.$post({ json: { kind } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.runs }),
  }));
}

/** The list of runs with the progress that a live frame reports; everything else is read again. */
export function withProgress(page: Page<Run>, live: Extract<LiveItem, { type: "run" }>): Page<Run> {
  const { id, phase, shards } = live;
  return { ...page, items: page.items.map((run) => (run.id === id ? { ...run, phase, shards } : run)) };
}

/** Share of the present phase's run shards that are finished, 0..1. */
export function runProgress({ status, shards }: Pick<Run, "status" | "shards">): number {
  if (!isUnderWay({ status })) return 1;
  return shards.total === 0 ? 0 : (shards.done + shards.failed) / shards.total;
}
