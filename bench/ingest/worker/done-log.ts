import { counters, counting } from "./counters.ts";

/** Every chunk that was marked done, in order: its batch's id and when, ms. */
export const doneLog: [batchId: string, at: number][] = [];

/** What the bench asks for between its requests: the counters, what was done after the n-th chunk, and not to count. */
export function reportState(request: Request): Response | null {
  const url = new URL(request.url);
  if (url.pathname !== "/bench/state") return null;
  const wanted = url.searchParams.get("counting");
  if (wanted !== null) counting.isOn = wanted === "on";
  const since = Number(url.searchParams.get("since") ?? 0);
  return Response.json({ counters, count: doneLog.length, done: doneLog.slice(since) });
}
