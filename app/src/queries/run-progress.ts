import type { Run } from "../api/types.ts";

export function isUnderWay(run: Pick<Run, "status">): boolean {
  return run.status === "running" || run.status === "queued";
}

/** Share of the present phase's shards that are finished, 0..1. */
export function runProgress(run: Pick<Run, "status" | "shards">): number {
  if (!isUnderWay(run)) return 1;
  return run.shards.total === 0 ? 0 : (run.shards.done + run.shards.failed) / run.shards.total;
}
