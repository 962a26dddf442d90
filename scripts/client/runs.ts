import { type Api, pause } from "./api.ts";

/** A run, as `GET /api/runs/{id}` answers. */
export interface Run {
  id: string;
  kind: "features" | "elasticity" | "proposals";
  status: "queued" | "running" | "done" | "partial" | "failed";
  shards: { total: number; done: number; failed: number };
  counts: Record<string, unknown>;
  decisionHash?: string;
}

const POLL_MS = 500;

/** Starts a run, over all SKUs or those named, and returns its id. */
export async function startRun(api: Api, kind: Run["kind"], skus?: readonly string[]): Promise<string> {
  const body = skus ? { kind, scope: { skus } } : { kind };
  const { runId } = await api.post<{ runId: string }>("/api/runs", body);
  return runId;
}

/** Waits until a run has ended, however it ended. @throws Error after `patience` ms. */
export async function waitForRun(api: Api, runId: string, patience: number): Promise<Run> {
  const until = Date.now() + patience;
  for (;;) {
    const run = await api.get<Run>(`/api/runs/${encodeURIComponent(runId)}`);
    if (run.status !== "queued" && run.status !== "running") return run;
    if (Date.now() > until) throw new Error(`run ${runId} is still ${run.status} after ${patience / 1000} s`);
    await pause(POLL_MS);
  }
}

/** Reads a whole list, page by page. `path` may carry a query. */
export async function readAll<T>(api: Api, path: string): Promise<T[]> {
  const all: T[] = [];
  const join = path.includes("?") ? "&" : "?";
  let cursor: string | null = null;
  do {
    const next = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: T[]; nextCursor: string | null } = await api.get(`${path}${join}limit=500${next}`);
    all.push(...page.items);
    cursor = page.nextCursor ?? null;
  } while (cursor !== null);
  return all;
}
