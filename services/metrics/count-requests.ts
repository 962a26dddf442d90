import { SECOND_MS } from "../../domain/base/time.ts";
import { FAMILIES } from "../../domain/metrics/families.ts";
import { bucketOf, labelKey } from "../../domain/metrics/open-metrics.ts";
import { addSamples, count } from "./save-samples.ts";

/** An isolate keeps its counts for so long: a write for each request would cost more than most requests. */
const KEEP_MS = 15 * SECOND_MS;

/** Requests that this isolate has answered since it last wrote them down. */
let latency: Record<string, number> = {};
let since: number | null = null;

/** The part of the API that a route belongs to: the first word of its path. Few, so that there are few buckets. */
function areaOf(route: string): string {
  const [first = "", second = ""] = route.split("/").filter((part) => part !== "");
  const name = first === "api" ? second : first;
  return /^[a-z][a-z-]*$/.test(name) ? name : "other";
}

/** Counts a request, in memory. `route`: its pattern, not its address. Answers whether it is time to write the counts down. */
export function countRequest(route: string, status: number, ms: number, now: number): boolean {
  const labels = [areaOf(route), `${Math.floor(status / 100)}xx`];
  const seconds = Math.max(0, ms) / SECOND_MS;
  count(latency, labelKey(...labels, bucketOf(FAMILIES.requestLatency, seconds)));
  count(latency, labelKey(...labels, "sum"), seconds);
  since ??= now;
  return now - since >= KEEP_MS;
}

/**
 * Writes down what this isolate has counted. Best effort, and never rejects: after a failure, or if the isolate ends, some
 * requests are missing.
 */
export async function saveRequests(d1: D1Database, now: number): Promise<void> {
  const requestLatency = latency;
  latency = {};
  since = null;
  try {
    const statements = addSamples(d1, "requests", { requestLatency }, now);
    if (statements.length > 0) await d1.batch(statements);
  } catch (error) {
    console.warn({ event: "metrics.not_counted", error: String(error) });
  }
}
